import { readAll, runJob, searchAll, type Job } from './job.ts';
import { importEntry } from './packages.ts';

// qmd through its library, with its command's limits: keywords only, because all the rest needs models.

await runJob({
  async index(job) {
    const { store } = await open(job);
    return store.update();
  },
  async search(job) {
    const { store, extractSnippet } = await open(job);
    return searchAll(job.queries, async (query) => {
      const results = await store.searchLex(query, { limit: 3 });
      return results.map(({ body = '' }) => extractSnippet(body, query, 500).snippet);
    });
  },
  async extract(job) {
    const { store } = await open(job);
    const prefix = `${job.folder}/`;
    return readAll(job, async (file) => (await store.getDocumentBody(`files/${file.slice(prefix.length)}`)) ?? '');
  },
});

async function open({ installed, folder, index }: Job): Promise<{ store: Store } & Pick<Qmd, 'extractSnippet'>> {
  // `as`: declares what is used of version 2.8.3; the package is not installed where types are checked.
  const { createStore, extractSnippet } = (await importEntry(installed)) as Qmd;
  const collections = { files: { path: folder, pattern: '**/*.{md,csv,txt}' } };
  return { store: await createStore({ dbPath: index, config: { collections } }), extractSnippet };
}

interface Qmd {
  readonly createStore: (options: object) => Promise<Store>;
  readonly extractSnippet: (body: string, query: string, maxLength: number) => { readonly snippet: string };
}

interface Store {
  update(): Promise<unknown>;
  searchLex(query: string, options: { readonly limit: number }): Promise<readonly { readonly body?: string }[]>;
  getDocumentBody(name: string): Promise<string | null>;
}
