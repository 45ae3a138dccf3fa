import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startHubServer, type HubServer } from './fixtures/hub-server.ts';
import { IS_LINUX, IS_WINDOWS, NO_PS, NO_SIGNALS } from './fixtures/platform.ts';
import { ask, prepareAskbox, root, until, type Askbox } from './fixtures/run-askbox.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

const QUESTION = 'Onde fica a senha mestra do Quorlim?';
const NOTE = 'A senha mestra do Quorlim fica na etiqueta violeta.';

let folder: string;
let hub: HubServer;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-start-hub-'));
  hub = await startHubServer(folder);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function answerBy(askbox: Askbox, kind: string): Promise<string> {
  const answer = await until(
    `an answer by ${kind}`,
    async () => {
      const given = await ask(askbox, QUESTION);
      return given.answeredBy?.kind === kind && given.text.includes('violeta') && given;
    },
    askbox.output,
  );
  return answer.text;
}

const countOf = (text: string, words: string): number => text.split(words).length - 1;

describe('npm start', () => {
  it('pulls the model that the settings name, and answers switch to it without a restart', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PS);
    const repository = path.join(folder, 'user', 'Tiny-GGUF');
    mkdirSync(repository, { recursive: true });
    const script = ['Fica', ' na', ' etiqueta', ' violeta', ' [1]', '.'];
    writeScriptedModel(path.join(repository, 'tiny.gguf'), { script });
    await hub.setFault({ status: 503 });
    const settings = { ASKBOX_MODEL: 'hf:user/Tiny-GGUF/tiny.gguf', HF_ENDPOINT: hub.endpoint };
    await using askbox = await prepareAskbox(settings);
    await askbox.start();
    askbox.drop('nota.txt', NOTE);
    await answerBy(askbox, 'QUOTES');
    expect(askbox.pidsOf('pull-models.ts')).toHaveLength(1);

    await hub.setFault({});
    expect(await answerBy(askbox, 'LOCAL')).toBe('Fica na etiqueta violeta [1].');
    expect(askbox.output()).toContain('100 % of');
    await until('the pull has ended', () => askbox.pidsOf('pull-models.ts').length === 0);
  });

  it('without internet starts all the same, says once what is lacking and how to get it, and works by keywords', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    await using askbox = await prepareAskbox({ ASKBOX_EMBEDDER: 'auto', ASKBOX_MODEL: 'auto' });
    mkdirSync(askbox.dataDir);
    writeFileSync(path.join(askbox.dataDir, 'no-llama'), 'asked before');
    await askbox.start();
    askbox.drop('nota.txt', NOTE);
    await answerBy(askbox, 'QUOTES');
    await until(
      'the reason',
      () => askbox.output().includes('cannot pull Xenova/multilingual-e5-small'),
      askbox.output,
    );
    expect(askbox.output()).toContain('npm run models -- import');
    expect(countOf(askbox.output(), 'cannot pull')).toBe(1);
    expect(askbox.output()).not.toContain('a Llama model can write');
    expect(await askbox.stop('SIGINT')).toBe(0);
  });

  it('asks nobody when ASKBOX_OFFLINE is true, and says so', async () => {
    const settings = {
      ASKBOX_EMBEDDER: 'auto',
      ASKBOX_MODEL: 'auto',
      ASKBOX_OFFLINE: 'true',
      HF_ENDPOINT: hub.endpoint,
    };
    await using askbox = await prepareAskbox(settings);
    await askbox.start();
    await until('the offer', () => askbox.output().includes('npm run models -- pull llama'), askbox.output);
    expect(countOf(askbox.output(), 'not installed: multilingual-e5-small (135 MB, MIT)')).toBe(1);
    expect(await hub.takeRequests()).toEqual([]);
  });
});

/** Runs `npm start` on a terminal, with `script` of util-linux; answers its question and waits for the result. */
async function startOnTerminal(
  askbox: Askbox,
  typed: string,
  words: string,
  { option = '', locale = '', question = '[y/N]' } = {},
): Promise<string> {
  const args = ['-qfec', `${process.execPath} scripts/start.ts ${option}`, '/dev/null'];
  const env = { ...askbox.environment, LC_ALL: locale };
  const child = spawn('script', args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += String(bytes)));
  const said = (what: string): Promise<true> =>
    until(
      what,
      () => output.includes(what),
      () => output,
    );
  try {
    await said(question);
    child.stdin.write(typed);
    await said(words);
    return output;
  } finally {
    const ended = once(child, 'exit');
    child.stdin.write('\u0003'); // Ctrl-C, which must work while a question is open
    await ended;
  }
}

it('on a terminal asks once whether to pull a Llama, takes a yes in Portuguese, and remembers a no', async ({
  skip,
}) => {
  skip(!IS_LINUX || !existsSync('/usr/bin/script'), 'there is no `script` of util-linux, which provides a terminal');
  await using askbox = await prepareAskbox({ ASKBOX_MODEL: 'auto', HF_ENDPOINT: hub.endpoint });
  await startOnTerminal(askbox, 'sim\n', 'does not have it (HTTP 404)');
  expect((await hub.takeRequests())[0]?.path).toMatch(/^\/bartowski\/Llama-3.2-/);

  await startOnTerminal(askbox, '\n', 'askbox asks again at the next start');
  expect(existsSync(path.join(askbox.dataDir, 'no-llama'))).toBe(false);

  askbox.drop('nota.txt', NOTE);
  const refused = await startOnTerminal(askbox, 'n\n', 'askbox will not ask again; to be asked: npm start -- --offer');
  // No line of the log comes between the question and what the answer led to.
  expect(refused).toMatch(/\[y\/N\][^\n]*\n(?:n\r?\n)?[^\n]*askbox will not ask again/);
  expect(refused).toMatch(/llama-3.2-[13]b \([\d.]+ [GM]B, Llama 3.2 Community License\), because/);
  expect(await hub.takeRequests()).toEqual([]);
  expect(existsSync(path.join(askbox.dataDir, 'no-llama'))).toBe(true);

  // The command that the no named asks again. Ctrl-C at the question, with which each of these ends, is not a no.
  const asked = { option: '--offer', locale: 'pt_BR.UTF-8', question: '[s/N]' };
  const again = await startOnTerminal(askbox, '', 'e aceitar a licença?', asked);
  expect(again).toMatch(
    /sugestão para esta máquina:\r?\n.*llama-3.2-[13]b \([\d,]+ [GM]B, Llama 3.2 Community License\)/,
  );
  expect(existsSync(path.join(askbox.dataDir, 'no-llama'))).toBe(false);
});

it('the background pull ends with the process that started it', async () => {
  await hub.setFault({ hang: true });
  await using askbox = await prepareAskbox({ HF_ENDPOINT: hub.endpoint });
  const pull = fork('scripts/pull-models.ts', ['bge-m3'], { cwd: root, env: askbox.environment, stdio: 'ignore' });
  const ended = once(pull, 'exit');
  await until('it asks the hub', async () => (await hub.takeRequests()).length > 0);
  onTestFinished(() => void pull.kill('SIGKILL'));
  pull.disconnect();
  expect(await ended).toEqual([0, null]);
});
