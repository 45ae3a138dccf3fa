import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { makePdf } from './fixtures/make-pdf.ts';
import { IS_WINDOWS, NO_PS, NO_SIGNALS } from './fixtures/platform.ts';
import { ask, isAlive, prepareAskbox, root, until, type Askbox, type StartedAskbox } from './fixtures/run-askbox.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

const QUESTION = 'Onde fica a senha mestra do Quorlim?';
const MANUAL = makePdf(['Instalacao do Quorlim na parede.', 'A senha mestra do Quorlim fica na etiqueta violeta.']);

/** The facts are in no prompt and in no other file: they can come only from the dropped PDF. */
async function answersFrom(askbox: Askbox, question: string, words: string): Promise<void> {
  await until(
    'the PDF answers with its page',
    async () => {
      const answer = await ask(askbox, question);
      return answer.citations.some((citation) => citation.locator.pageNumber === 2 && citation.quote.includes(words));
    },
    askbox.output,
  );
}
const answersFromManual = (askbox: Askbox): Promise<void> => answersFrom(askbox, QUESTION, 'violeta');

describe('the main job', () => {
  it('answers from a dropped PDF with its page, through a kill -9, until the file is removed', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PS);
    await using askbox = await prepareAskbox();
    await askbox.start();
    askbox.drop('manual.pdf', MANUAL);
    await answersFromManual(askbox);

    const printed = execFileSync(process.execPath, ['scripts/ask.ts', QUESTION], {
      cwd: root,
      env: askbox.environment,
      encoding: 'utf8',
    });
    expect(printed).toContain('etiqueta violeta');
    expect(printed).toContain('manual.pdf, p. 2');

    const unanswered = spawnSync(process.execPath, ['scripts/ask.ts', 'Quem pintou a capela?'], {
      cwd: root,
      env: askbox.environment,
      encoding: 'utf8',
    });
    expect(unanswered.stdout).toContain('Não encontrei nada nos documentos');
    expect(unanswered.status).toBe(3);

    const everything = ['watcher/main.ts', 'graphql-api/main.ts', 'extract-process.ts'].flatMap(askbox.pidsOf);
    expect(everything.length).toBeGreaterThanOrEqual(3);
    await askbox.stop('SIGKILL');
    await until('no process outlives a killed npm start', () => !everything.some(isAlive));

    await askbox.start();
    await answersFromManual(askbox);
    rmSync(path.join(askbox.inbox, 'manual.pdf'));
    await until(
      'the removed file is forgotten',
      async () => !JSON.stringify(await ask(askbox, QUESTION)).includes('violeta'),
    );
  });
});

describe('an askbox over a folder with a PDF', () => {
  let askbox: StartedAskbox;
  beforeAll(async () => {
    askbox = await prepareAskbox();
    askbox.drop('manual.pdf', MANUAL);
  });
  beforeEach(() => askbox.ensureStarted());
  afterAll(() => askbox?.[Symbol.asyncDispose]());

  it('tells a newcomer where to drop files, where to ask, and who answers, and again with a question of his own', async () => {
    await until('the welcome', () => /answers {5,}\S/.test(askbox.output()));
    expect(askbox.output()).toMatch(new RegExp(`the page +${askbox.url}\n`));
    expect(askbox.output()).toMatch(/stop +Ctrl-C/);
    await until(
      'the welcome with a question',
      () => askbox.output().includes('npm run ask -- "Summarize '),
      askbox.output,
    );
  });

  it('started again in the same folder says where it runs and exits with 0, in another one it is an error', async () => {
    const startAgain = (more: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, ['scripts/start.ts'], {
        cwd: root,
        env: { ...askbox.environment, ...more },
        encoding: 'utf8',
        timeout: 60_000,
      });
    const again = startAgain();
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringContaining(`already runs in this folder: ${askbox.url}`),
    ]);

    const other = startAgain({ ASKBOX_DATA: path.join(askbox.dataDir, '..', 'other') });
    expect([other.status, other.stdout]).toEqual([78, expect.stringContaining('to a free port')]);
    expect((await fetch(`${askbox.url}/readyz`)).ok).toBe(true);
  });

  it('lists unreadable files as FAILED with a code and the next step, and goes on with the others', async () => {
    askbox.drop('vazio.txt', '');
    askbox.drop('foto.txt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    askbox.drop('bula.pdf', makePdf(['Bula do Zendrix.', 'O frasco do Zendrix fica na gaveta laranja.']));
    await answersFrom(askbox, 'Onde fica o frasco do Zendrix?', 'laranja');
    type Failed = { documents: { nodes: { path: string; error: { code: string; message: string } }[] } };
    const failed = await until('both failures', async () => {
      const data = await askbox.query<Failed>(
        '{ documents(filter: { status: [FAILED] }) { nodes { path error { code message } } } }',
      );
      return data.documents.nodes.length === 2 && data.documents.nodes;
    });
    for (const { path: name, error } of failed) {
      expect(error.code).toBe(name === 'vazio.txt' ? 'EMPTY' : 'DAMAGED');
      expect(error.message).toContain(name);
    }
  });

  it('starts a killed service again by itself, and answers with the watcher down', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PS);
    await answersFromManual(askbox);

    for (const part of ['watcher/main.ts', 'graphql-api/main.ts']) {
      const [pid] = askbox.pidsOf(part);
      process.kill(pid!, 'SIGKILL');
      if (part === 'watcher/main.ts') await answersFromManual(askbox);
      await until(`${part} runs again`, () => askbox.pidsOf(part).some((other) => other !== pid));
      await until('it is ready again', async () => (await fetch(`${askbox.url}/readyz`)).ok);
      await answersFromManual(askbox);
    }
    expect(askbox.output()).toMatch(/watcher has stopped \(SIGKILL\); restarting it/);
  });

  it('stops cleanly at Ctrl-C, and leaves no child', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    // Read just now, so that the process that reads files still runs.
    askbox.drop('mapa.pdf', makePdf(['Mapa do Brixon.', 'O portal do Brixon fica na ilha vermelha.']));
    await answersFrom(askbox, 'Onde fica o portal do Brixon?', 'vermelha');
    const everything = ['watcher/main.ts', 'graphql-api/main.ts', 'extract-process.ts'].flatMap(askbox.pidsOf);
    expect(everything.length).toBeGreaterThanOrEqual(3);
    expect(await askbox.stop('SIGINT')).toBe(0);
    expect(everything.filter(isAlive)).toEqual([]);
  });
});

describe('with a model', () => {
  it('lets the local Llama answer from the passage, cites it, and takes up a model that arrives later', async () => {
    await using withModel = await prepareAskboxHere({ ASKBOX_MODEL: 'auto' });
    await withModel.start();
    withModel.drop('manual.pdf', MANUAL);
    await until('quotes answer at first', async () => (await ask(withModel, QUESTION)).answeredBy?.kind === 'QUOTES');

    const models = path.join(withModel.dataDir, 'models');
    mkdirSync(models, { recursive: true });
    writeScriptedModel(path.join(models, 'tiny.gguf'), {
      script: ['Fica', ' na', ' etiqueta', ' violeta', ' [1]', '.'],
    });
    const answer = await until(
      'the model answers',
      async () => {
        const given = await ask(withModel, QUESTION);
        return given.answeredBy?.kind === 'LOCAL' && given;
      },
      withModel.output,
    );
    expect(answer.text).toBe('Fica na etiqueta violeta [1].');
    expect(answer.citations).toEqual([{ quote: expect.stringContaining('violeta'), locator: { pageNumber: 2 } }]);
  });
});

describe('a start that cannot work', () => {
  let askbox: StartedAskbox;
  beforeEach(async () => {
    askbox = await prepareAskbox();
  });
  afterEach(() => askbox[Symbol.asyncDispose]());

  it('names all wrong settings at once and does not try again', () => {
    const environment = { ...askbox.environment, ASKBOX_QUIET_MS: 'soon', ASKBOX_TYPO: '1' };
    const run = spawnSync(process.execPath, ['scripts/start.ts'], { cwd: root, env: environment, encoding: 'utf8' });
    expect(run.status).toBe(78);
    expect(run.stderr).toContain('ASKBOX_QUIET_MS');
    expect(run.stderr).toContain('ASKBOX_TYPO is not a setting');
  });

  it.each(['ASKBOX_PORT', 'ASKBOX_WATCHER_PORT'])(
    'says which port is taken and that %s changes it',
    async (setting) => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(Number(askbox.environment[setting]), '127.0.0.1', resolve));
      const run = spawnSync(process.execPath, ['scripts/start.ts'], {
        cwd: root,
        env: askbox.environment,
        encoding: 'utf8',
        timeout: 60_000,
      });
      await new Promise((resolve) => other.close(resolve));
      expect(run.status).toBe(78);
      expect(run.stdout).toContain(askbox.environment[setting]);
      expect(run.stdout).toContain(setting);
    },
  );

  it('tells who asks without a server what to do', () => {
    const run = spawnSync(process.execPath, ['scripts/ask.ts', 'Olá?'], {
      cwd: root,
      env: askbox.environment,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('npm start');
  });
});
