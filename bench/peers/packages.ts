import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../tests/fixtures/run-askbox.ts';
import { folderMB } from '../search/measure.ts';

/** A tool as it is installed from npm. */
export interface Packages {
  /** With its version, as the table shows it. */
  readonly name: string;
  /** Exact versions. */
  readonly packages: readonly string[];
  /** A module that exports what is used of them, or nothing if the packages are enough. */
  readonly entry: string;
}

export const QMD: Packages = {
  name: 'qmd 2.8.3',
  packages: ['@tobilu/qmd@2.8.3'],
  entry: `export { createStore, extractSnippet } from '@tobilu/qmd';`,
};

export const MCP_LOCAL_RAG: Packages = {
  name: 'mcp-local-rag 0.19.1',
  packages: ['mcp-local-rag@0.19.1'],
  // The package exports only its server.
  entry: `export { DocumentParser } from './node_modules/mcp-local-rag/dist/parser/index.js';`,
};

export const LANGCHAIN: Packages = {
  name: 'LangChain.js 1.5.14',
  packages: [
    'langchain@1.5.14',
    '@langchain/core@1.4.0',
    '@langchain/classic@1.0.50',
    '@langchain/community@1.1.29',
    '@langchain/textsplitters@1.0.2',
    // What its loaders of these formats ask for.
    'pdf-parse@2.4.5',
    'mammoth@1.13.0',
    'd3-dsv@3.0.1',
  ],
  entry: `
export { DirectoryLoader } from '@langchain/classic/document_loaders/fs/directory';
export { TextLoader } from '@langchain/classic/document_loaders/fs/text';
export { CSVLoader } from '@langchain/community/document_loaders/fs/csv';
export { DocxLoader } from '@langchain/community/document_loaders/fs/docx';
export { PDFLoader } from '@langchain/community/document_loaders/fs/pdf';
export { BM25Retriever } from '@langchain/community/retrievers/bm25';
export { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
`,
};

export const OFFICEPARSER: Packages = {
  name: 'officeparser 8.1.1',
  packages: ['officeparser@8.1.1'],
  entry: `export { parseOffice } from 'officeparser';`,
};

// No scripts of packages are run, and optional peers of LangChain that contradict each other are left out.
const FLAGS = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
const INSTALL_MS = 900_000;

/**
 * Installs a tool into a folder, with the npm settings of the user; does nothing if it is already there.
 * @throws Error with the end of what npm printed.
 */
export function install(folder: string, { packages, entry }: Packages): void {
  if (existsSync(path.join(folder, 'entry.mjs'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  const { status, stderr, error } = spawnSync('npm', ['install', ...FLAGS, ...packages], {
    cwd: folder,
    encoding: 'utf8',
    timeout: INSTALL_MS,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(error?.message ?? `npm failed: ${stderr.trim().slice(-300)}`);
  writeFileSync(path.join(folder, 'entry.mjs'), entry);
}

/** Installs a fresh clone of the last commit, as `npm start` does; does nothing if it is already there. */
export function installAskbox(folder: string): void {
  if (existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) return;
  execFileSync('git', ['clone', '--quiet', '--depth', '1', pathToFileURL(root).href, folder]);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, timeout: INSTALL_MS });
}

/** Returns the size of what was installed in megabytes (10^6 bytes). */
export function installedMB(folder: string): number {
  return folderMB(path.join(folder, 'node_modules'));
}

/** Imports what the entry of an installed tool exports; the caller says what that is. */
export async function importEntry(folder: string): Promise<unknown> {
  return import(pathToFileURL(path.join(folder, 'entry.mjs')).href);
}
