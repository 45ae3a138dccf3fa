import { expect, test, vi } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { openQuotes } from '../generate/quotes.ts';
import { publish, startTestApi, type TestApi } from '../testing/running-api.ts';

const ASK = `query ($q: String!, $maxSources: Int! = 8) { ask(input: { question: $q, maxSources: $maxSources }) {
  finishReason text nearest { rank } sources { rank path excerpt used chunk { text } }
  citations { quote source { rank } } answeredBy { kind model }
} }`;
interface Answer {
  readonly finishReason: string;
  readonly text: string;
  readonly sources: readonly { readonly path: string; readonly excerpt: string }[];
  readonly citations: readonly { readonly quote: string }[];
  readonly answeredBy: object;
}
const ask = async (api: TestApi, q: string, maxSources = 8): Promise<Answer> =>
  (await api.query<{ ask: Answer }>(ASK, { q, maxSources })).ask;

/** Lets the quotes answer, and keeps what they were asked. */
function quoting(api: TestApi): void {
  const quotes = openQuotes();
  api.engines.answer = async function* (request, signal) {
    api.engines.requests.push(request);
    yield { type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null };
    yield* quotes.generate(request, signal);
  };
}

test('a question about the folder is answered from the list of documents, and no engine is asked', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'contratos/locacao.pdf', ['O aluguel vence no quinto dia.'], {
    title: 'Contrato [rascunho]',
  });
  await publish(api.store, 'bolo.md', ['Nove claras.']);
  await api.restart(); // without a watcher, the API learns of documents when it starts
  const answer = await ask(api, 'Quais arquivos você tem?');
  expect(answer).toMatchObject({
    finishReason: 'STOP',
    text: ['Documentos na pasta: 2.', '', '- bolo.md [1]', '- Contrato (rascunho) (contratos/locacao.pdf) [2]'].join(
      '\n',
    ),
    sources: [
      { rank: 1, path: 'bolo.md', excerpt: '', used: true, chunk: null },
      { rank: 2, path: 'contratos/locacao.pdf', excerpt: '', used: true, chunk: null },
    ],
    citations: [],
    nearest: [],
    answeredBy: { kind: 'DOCUMENT_LIST', model: null },
  });
  expect((await ask(api, 'How many contracts?')).text).toBe(
    [
      'Documents with “contrato” or “contract” in their name, title or folder: 1.',
      '',
      '- Contrato (rascunho) (contratos/locacao.pdf) [1]',
    ].join('\n'),
  );
  expect((await ask(api, 'Quais arquivos falharam?')).text).toBe('Arquivos que não puderam ser lidos: nenhum.');
  expect(api.engines.requests).toEqual([]);
});

test('names twenty documents and counts the others; says which cannot be searched and why', async () => {
  const documents = Array.from({ length: 23 }, (_, n) => `nota ${String(n).padStart(2, '0')}.md`).map((path) =>
    testDocument({ id: documentIdOf(path), path }),
  );
  const failed = testDocument({
    id: documentIdOf('a.zip'),
    path: 'a.zip',
    status: 'FAILED',
    contentId: null,
    error: { code: 'UNSUPPORTED_TYPE', message: 'no', attempts: 1, retryAt: null },
  });
  await using watcher = await startTestWatcher([...documents, failed]);
  await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
  await vi.waitFor(
    async () => {
      const { text, sources } = await ask(api, 'What files do you have?');
      expect(text).toMatch(
        /^Documents in the folder: 24\. Could not be read: 1\.\n\n- a\.zip: could not be read \(format not supported\) \[1\]\n/,
      );
      expect(text).toMatch(/\[20\]\n… and 4 more\.$/);
      expect(sources).toHaveLength(20);
    },
    { timeout: 20_000, interval: 20 },
  );
});

test('a summary reads one document from its start: quotes give its first sentences, a model its first passages', async () => {
  await using api = await startTestApi();
  const texts = [
    'O estatuto cria a associação de moradores. Ela tem sede na praça.',
    'Os associados pagam mensalidade.',
    'A assembleia do estatuto escolhe a diretoria do estatuto.',
  ];
  await publish(api.store, 'estatuto.md', texts);
  await publish(api.store, 'outro.md', ['O estatuto do servidor trata de outra coisa.']);
  await api.restart(); // without a watcher, the API learns of documents when it starts
  quoting(api);
  const answer = await ask(api, 'Resuma o estatuto', 2);
  expect(api.engines.requests[0]).toMatchObject({ isFromStart: true, question: 'Resuma o estatuto' });
  expect(api.engines.requests[0]!.passages.map(({ text }) => text)).toEqual(texts.slice(0, 2));
  expect(answer.text).toMatch(/^Nenhum modelo de linguagem está carregado para resumir o documento; ele começa assim:/);
  expect(answer.text).toContain('O estatuto cria a associação de moradores.');
  expect(answer.citations[0]?.quote).toContain('O estatuto cria a associação de moradores.');
  expect(answer.sources.map(({ path }) => path)).toEqual(['estatuto.md', 'estatuto.md']);
  expect(answer.sources[0]?.excerpt).toMatch(/^O estatuto cria/);
});

test('a name that several documents have is asked back, and a question that names none is searched as usual', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'contrato 1.md', ['Contrato com a padaria.']);
  await publish(api.store, 'contrato 2.md', ['Contrato com a oficina.']);
  await api.restart(); // without a watcher, the API learns of documents when it starts
  expect(await ask(api, 'Resuma o contrato')).toMatchObject({
    text: ['Mais de um documento tem esse nome. Qual deles?', '', '- contrato 1.md [1]', '- contrato 2.md [2]'].join(
      '\n',
    ),
    answeredBy: { kind: 'DOCUMENT_LIST' },
  });
  expect(await ask(api, 'Quantos recibos?')).toMatchObject({ finishReason: 'ABSTAINED', answeredBy: null });
});
