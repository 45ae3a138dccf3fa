import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { opened } from './document/opened.ts';
import { Icon } from './parts/icon.tsx';
import { shownSide } from './side.tsx';
import { turns } from './talk/turns.ts';
import { words } from './words/words.ts';

const TABS = [
  { tab: 'folder', icon: 'folder' },
  { tab: 'conversations', icon: 'list' },
  { tab: 'talk', icon: 'talk' },
  { tab: 'document', icon: 'file' },
] as const;

/** A part of the page; a narrow screen shows one at a time. */
type Tab = (typeof TABS)[number]['tab'];

/** The part that a narrow screen shows. A wide one shows all. */
const shown = signal<Tab>('talk');

/** What was shown when the document was opened, and is shown again when it is closed. */
let shownBefore: Tab = 'talk';

/** The bar with which a narrow screen changes between the parts of the page. */
export function Tabs() {
  useEffect(() => {
    const stops = [
      effect(() => {
        document.documentElement.dataset['tab'] = shown.value;
        if (shown.value === 'folder' || shown.value === 'conversations') shownSide.value = shown.value;
      }),
      // What was asked for comes into view: an opened document, a new question.
      effect(() => {
        const isOpen = opened.value !== null;
        const before = shown.peek();
        if (isOpen && before !== 'document') shownBefore = before;
        if (isOpen || before === 'document') shown.value = isOpen ? 'document' : shownBefore;
      }),
      effect(() => {
        if (turns.value.length > 0) shown.value = 'talk';
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const { tabs } = words.value;
  return (
    <nav class="tabs">
      {TABS.filter(({ tab }) => tab !== 'document' || opened.value !== null).map(({ tab, icon }) => (
        <button
          type="button"
          key={tab}
          aria-current={shown.value === tab ? 'page' : undefined}
          onClick={() => (shown.value = tab)}
        >
          <Icon name={icon} />
          {tabs[tab]}
        </button>
      ))}
    </nav>
  );
}
