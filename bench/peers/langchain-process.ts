import path from 'node:path';
import { readAll, runJob, searchAll, type Job } from './job.ts';
import { importEntry } from './packages.ts';

// LangChain.js as its documentation shows it: loaders by extension, the recursive splitter, and its BM25 retriever,
// the only one that needs no model. Nothing of it is kept on disk.

const SPLITTER = { chunkSize: 1000, chunkOverlap: 150 };

await runJob({
  async index(job) {
    return (await loadAndSplit(job)).length;
  },
  async search(job) {
    const { BM25Retriever } = await load(job);
    // The retriever looks for the words of the question in lower case, and texts with capitals would not match.
    const chunks = (await loadAndSplit(job)).map(({ pageContent }) => ({
      pageContent: pageContent.toLowerCase(),
      metadata: { pageContent },
    }));
    const retriever = BM25Retriever.fromDocuments(chunks, { k: 3 });
    return searchAll(job.queries, async (query) =>
      (await retriever.invoke(query)).map(({ metadata }) => metadata.pageContent),
    );
  },
  async extract(job) {
    const loaders = loadersOf(await load(job));
    return readAll(job, async (file) => {
      const documents = await loaders[path.extname(file)]!(file).load();
      return documents.map(({ pageContent }) => pageContent).join('\n');
    });
  },
});

async function loadAndSplit(job: Job): Promise<readonly Document[]> {
  const langchain = await load(job);
  const documents = await new langchain.DirectoryLoader(job.folder, loadersOf(langchain), true).load();
  return new langchain.RecursiveCharacterTextSplitter(SPLITTER).splitDocuments(documents);
}

async function load({ installed }: Job): Promise<LangChain> {
  // `as`: declares what is used of these versions; the packages are not installed where types are checked.
  return (await importEntry(installed)) as LangChain;
}

function loadersOf({ TextLoader, CSVLoader, DocxLoader, PDFLoader }: LangChain): Loaders {
  return {
    '.md': (file) => new TextLoader(file),
    '.csv': (file) => new CSVLoader(file, { separator: ';' }),
    '.docx': (file) => new DocxLoader(file),
    '.pdf': (file) => new PDFLoader(file),
  };
}

type Loaders = Readonly<Record<string, (file: string) => Loader>>;

interface Document {
  readonly pageContent: string;
}

interface Loader {
  load(): Promise<readonly Document[]>;
}

interface LangChain {
  readonly DirectoryLoader: new (folder: string, loaders: Loaders, isRecursive: boolean) => Loader;
  readonly TextLoader: new (file: string) => Loader;
  readonly CSVLoader: new (file: string, options: object) => Loader;
  readonly DocxLoader: new (file: string) => Loader;
  readonly PDFLoader: new (file: string) => Loader;
  readonly RecursiveCharacterTextSplitter: new (options: object) => {
    splitDocuments(documents: readonly Document[]): Promise<readonly Document[]>;
  };
  readonly BM25Retriever: {
    fromDocuments<Metadata>(
      documents: readonly (Document & { readonly metadata: Metadata })[],
      options: { readonly k: number },
    ): { invoke(query: string): Promise<readonly { readonly metadata: Metadata }[]> };
  };
}
