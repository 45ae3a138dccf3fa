import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHROMIUM, startChromium } from '../tests/fixtures/chromium.ts';
import { prepareAskbox, root } from '../tests/fixtures/run-askbox.ts';
import { makeGif } from '../tests/screenshots/film.ts';
import { playPage } from '../tests/screenshots/play-page.ts';
import { SAMPLES } from '../tests/screenshots/sample-folder.ts';
import { smallPng } from '../tests/screenshots/small-png.ts';
import { readCommandLine } from './terminal/command-line.ts';
import { spoken } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run screenshots

Makes the pictures of the README in docs/images from the real page: files are dropped, a question is asked, and the cited
page is opened. Everything runs in a temporary folder, without a language model. Needs Chromium, named in CHROMIUM if
need be.

  --help  show this

exit codes: 0 done or skipped, 1 error, 2 wrong options
`,
  pt: `uso: npm run screenshots

Faz as imagens do README em docs/images com a página real: arquivos são soltos, uma pergunta é feita e a página citada é
aberta. Tudo roda em uma pasta temporária, sem modelo de linguagem. Precisa do Chromium, indicado em CHROMIUM se for o
caso.

  --help  mostra isto

códigos de saída: 0 feito ou pulado, 1 erro, 2 opções erradas
`,
});

/** Of the picture, and of the film, which is shown smaller. */
const PICTURE = { width: 1440, height: 900 };
const FILM = { width: 1200, height: 750 };

readCommandLine(USAGE, {}, 0);
if (CHROMIUM === undefined) {
  console.log('skipped: no Chromium that starts here; apt-get install chromium, or name one in CHROMIUM');
} else {
  mkdirSync(path.join(root, 'docs', 'images'), { recursive: true });
  await using browser = await startChromium();
  for (const sample of SAMPLES) {
    for (const size of [PICTURE, FILM]) {
      await using askbox = await prepareAskbox();
      await askbox.start();
      const { frames, last } = await playPage({ browser, url: askbox.url, sample, size });
      if (size === PICTURE) save(`page.${sample.locale}.png`, await smallPng(last));
      else save(`drop-ask-cite.${sample.locale}.gif`, await makeGif(frames, size));
    }
  }
}

function save(name: string, bytes: Buffer): void {
  writeFileSync(path.join(root, 'docs', 'images', name), bytes);
  console.log(`docs/images/${name}  ${Math.ceil(bytes.length / 1000)} kB`);
}
