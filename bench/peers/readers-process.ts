import { readAll, runJob } from './job.ts';
import { importEntry } from './packages.ts';

// Tools of which only the reading of files is measured: officeparser, which does nothing else, and mcp-local-rag, whose
// index needs an embedding model. Its reading of PDF needs one as well, to recognise running headers.

await runJob({
  async extract(job) {
    // `as`: declares what is used of these versions; the packages are not installed where types are checked.
    const entry = (await importEntry(job.installed)) as OfficeParser | McpLocalRag;
    if ('parseOffice' in entry) {
      return readAll(job, async (file) => (await (await entry.parseOffice(file)).to('text')).value);
    }
    const parser = new entry.DocumentParser({ baseDir: job.folder, maxFileSize: 100_000_000 });
    return readAll(job, async (file) => (await parser.parseFile(file)).content);
  },
});

interface OfficeParser {
  parseOffice(file: string): Promise<{ to(format: 'text'): Promise<{ readonly value: string }> }>;
}

interface McpLocalRag {
  readonly DocumentParser: new (options: object) => {
    parseFile(file: string): Promise<{ readonly content: string }>;
  };
}
