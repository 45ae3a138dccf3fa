import { render } from 'preact';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/layout.css';
import './styles/talk.css';
import './styles/document.css';
import './styles/folder.css';
import { tellLanguage } from './words/words.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id app');
tellLanguage();
render(<App />, root);
