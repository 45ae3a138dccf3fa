import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { root } from './fixtures/run-askbox.ts';
import { forgottenCommands, shownCommands, whyNotRun } from './fixtures/shown-commands.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
/** What a reader on a slow connection waits for. `npm run screenshots` makes the pictures. */
const MOST_PICTURE_BYTES: Readonly<Record<string, number>> = { '.png': 200_000, '.gif': 1_500_000 };
const schema = buildSchema(read('graphql-api/schema/schema.graphql'));
// `as`: our own package.json has scripts.
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((page) => page.replaceAll('\\', '/'));

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names only commands that there are', () => {
    const own = [...text.matchAll(/\bnpm (start|test|run [a-z:-]+)/g)].map(([, name]) => name!.replace('run ', ''));
    expect(own.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('links only to files that there are', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !link.startsWith('http'));
    expect(links.filter((link) => !existsSync(path.join(root, path.dirname(page), link)))).toEqual([]);
  });

  it('shows only operations that the schema has', () => {
    const operations = [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, operation]) => operation!);
    expect(operations.flatMap((operation) => validate(schema, parse(operation)).map(String))).toEqual([]);
  });
});

it('commands.test.ts runs every command that is shown, or there is a reason why not', () => {
  expect(shownCommands().filter((command) => whyNotRun(command) === undefined)).toEqual([]);
  expect(forgottenCommands()).toEqual([]);
});

it('the options of commands that are too slow for a test are in their usage', () => {
  const files = {
    bench: 'bench/$2.ts',
    eval: 'eval/main.ts',
    start: 'scripts/start.ts',
    torture: 'scripts/torture.ts',
  };
  const unknown = shownCommands().flatMap((command) => {
    const [, name = '', first = ''] = /^npm (?:run )?(bench|eval|start|torture) -- (\S+)/.exec(command) ?? [];
    // `as`: the names of the expression are the keys.
    const usage = name === '' ? '' : read(files[name as keyof typeof files].replace('$2', first));
    const options = name === '' ? [] : (command.split(' -- ')[1]!.match(/--[a-z][a-z-]*/g) ?? []);
    return options.filter((option) => !usage.includes(option)).map((option) => `${command}: ${option}`);
  });
  expect(unknown).toEqual([]);
});

it.each(['README.md', 'README.pt-BR.md'])('%s shows the two commands in blocks, and is under 150 lines', (page) => {
  const readme = read(page);
  for (const command of ['npm start', 'npm test']) expect(readme).toContain('```sh\n' + command + '\n```');
  expect(readme.split('\n').length).toBeLessThan(150);
});

it('the list of pages names each of them', () => {
  const list = read('docs/README.md');
  const missing = pages.filter((page) => /^docs\/[\w.-]+\.md$/.test(page) && page !== 'docs/README.md');
  expect(missing.filter((page) => !list.includes(`](${path.basename(page)})`))).toEqual([]);
});

it.each(pages.filter((page) => page.endsWith('.pt-BR.md')))('%s shows the same operations as its twin', (page) => {
  const operationsIn = (file: string): string[] => read(file).match(/```graphql\n[\s\S]*?```/g) ?? [];
  const twin = page.includes('privacidade') ? 'docs/privacy.md' : page.replace('.pt-BR', '');
  expect(operationsIn(page)).toEqual(operationsIn(twin));
});

it.each(['README.md', 'README.pt-BR.md'])('%s opens with a picture, and no picture is heavy', (page) => {
  const pictures = [...read(page).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file!);
  expect(pictures.map((file) => path.extname(file))).toEqual(['.png', '.gif']);
  expect(read(page).split('\n## ', 1)[0]).toContain(`](${pictures[0]})`);
  const heavy = pictures.filter(
    (file) => statSync(path.join(root, file)).size > MOST_PICTURE_BYTES[path.extname(file)]!,
  );
  expect(heavy).toEqual([]);
});

it('docker-compose.yml passes every setting on, but for those that containers have to have', () => {
  const fixed = ['ASKBOX_DATA', 'ASKBOX_PORT', 'ASKBOX_WATCHER_PORT', 'ASKBOX_INSTANCE'];
  const settings = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name!);
  const compose = read('docker-compose.yml');
  const passedOn = (name: string): boolean => new RegExp(`^ *${name}:|\\$\\{${name}\\b`, 'm').test(compose);
  expect(settings.filter((name) => !fixed.includes(name) && !passedOn(name))).toEqual([]);
});

it('both pages about formats name the same extensions, and those of the READMEs', () => {
  const extensionsIn = (text: string): Set<string> => new Set(text.match(/`\.[a-z\d]+(?:\.[a-z]+)?`/g));
  const english = extensionsIn(read('docs/formats.md'));
  expect(extensionsIn(read('docs/formats.pt-BR.md'))).toEqual(english);
  const [inReadme, inPortuguese] = ['README.md', 'README.pt-BR.md'].map((page) =>
    extensionsIn(
      read(page)
        .split(/^## (?:Supported file types|Tipos de arquivo)$/m)[1]!
        .split('```')[0]!,
    ),
  );
  expect(inReadme).toEqual(inPortuguese);
  expect([...inReadme!].filter((extension) => !english.has(extension))).toEqual([]);
});
