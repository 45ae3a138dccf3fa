import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testDocument } from '#shared/watcher-api/testing/watcher.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { MANY_CHUNKS, renderStatus, statusOf, type Frame } from './render-status.ts';
import { keepEnd, widthOf, wrap } from './text.ts';

const document = (path: string, more: Partial<DocumentState> = {}): DocumentState =>
  testDocument({ id: path, path, ...more });
const failed = (path: string): DocumentState =>
  document(path, {
    status: 'FAILED',
    contentId: null,
    error: {
      code: 'ENCRYPTED',
      message: `cannot read ${path}: it is encrypted; remove the password`,
      attempts: 1,
      retryAt: null,
    },
  });
const running = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
const SETTINGS = { meaningOffBecause: null, usesQdrant: false };
const rendered = (
  documents: readonly DocumentState[],
  more = {},
  frame: Frame = { columns: 80, rows: 24 },
): readonly string[] =>
  renderStatus(statusOf(documents, new Map([['long.pdf', 0.52]]), { ...running, ...more }, SETTINGS), frame).map(
    stripVTControlCharacters,
  );

describe('the status', () => {
  it('counts documents, and chunks of copies once', () => {
    const copies = { contentId: 'c', chunkCount: 10, embeddedChunks: 4 };
    const documents = [
      document('a', copies),
      document('b', copies),
      document('w', { status: 'STABLE', contentId: null }),
      failed('f'),
    ];
    expect(statusOf(documents, new Map(), running, SETTINGS)).toMatchObject({
      documents: 4,
      ready: 2,
      waiting: 1,
      failed: 1,
      chunks: 10,
      embeddedChunks: 4,
      failures: [{ path: 'f', code: 'ENCRYPTED' }],
    });
  });

  it('shows how far a document is, what failed and what to do', () => {
    const text = rendered([document('long.pdf', { status: 'EXTRACTING' }), failed('nota.pdf')]).join('\n');
    expect(text).toContain('██████████░░░░░░░░░░  52 %  long.pdf');
    expect(text).toContain('ENCRYPTED: cannot read nota.pdf: it is encrypted; remove the password');
  });

  it('says why it is paused and what ends it', () => {
    const text = rendered([], { pausedBecause: 'INBOX_EMPTIED' }).join(' ');
    expect(text).toContain('paused, INBOX_EMPTIED: most documents are gone at once');
    expect(text).toContain('npm run status -- --confirm-removals');
  });

  it('lists what is ready only on request, after what failed', () => {
    const documents = [document('b.md'), failed('f.pdf'), document('a.md')];
    expect(rendered(documents).join('\n')).not.toContain('a.md');
    const lines = rendered(documents, {}, { columns: 80, rows: 24, listsReady: true });
    expect(lines.slice(-3)).toEqual(['ready', '  a.md', '  b.md']);
  });

  it('advises Qdrant from a million chunks on, unless it is in use', () => {
    const advises = (chunkCount: number, usesQdrant = false): boolean =>
      statusOf([document('a', { chunkCount })], new Map(), running, { ...SETTINGS, usesQdrant }).qdrantIsAdvised;
    expect([advises(MANY_CHUNKS - 1), advises(MANY_CHUNKS), advises(MANY_CHUNKS, true)]).toEqual([false, true, false]);
    expect(rendered([document('a', { chunkCount: MANY_CHUNKS })]).join('\n')).toContain('set QDRANT_URL');
  });

  it('says why nothing is found by meaning yet, and nothing once something is', () => {
    const text = (embeddedChunks: number, because: 'SWITCHED_OFF' | 'NO_MODEL' | null): string =>
      renderStatus(
        statusOf([document('a', { chunkCount: 10, embeddedChunks })], new Map(), running, {
          ...SETTINGS,
          meaningOffBecause: because,
        }),
        {
          columns: 200,
          rows: 24,
        },
      ).join('\n');
    expect(text(0, 'SWITCHED_OFF')).toContain('ASKBOX_EMBEDDER=none');
    expect(text(0, 'NO_MODEL')).toContain('npm start downloads it');
    expect(text(0, null)).toContain('are being prepared');
    expect(text(1, 'NO_MODEL')).not.toContain('not installed');
  });

  it('speaks Portuguese on a Portuguese terminal', () => {
    const status = statusOf(
      [document('a', { chunkCount: 2000, embeddedChunks: 1000 })],
      new Map(),
      {
        ...running,
        pausedBecause: 'DISK_FULL',
      },
      SETTINGS,
    );
    const text = renderStatus(status, { columns: 80, rows: 24 }, 'pt').map(stripVTControlCharacters).join('\n');
    expect(text).toMatch(/^1 documentos, .*; o sistema avisa das mudanças$/m);
    expect(text).toMatch(/^ {2}prontos +1$/m);
    expect(text).toContain('em pausa, DISK_FULL: o disco está cheio; libere espaço');
    expect(text).toMatch(/busca por sentido .* 1\.?000 de 2\.?000 trechos/);
  });

  it('stays within the terminal, whatever files are called, and counts what is left out', () => {
    const name = 'contratos/漢字かな交じり文/👩‍👩‍👧 \u001b[2J\u202e\n'.repeat(8);
    const documents = Array.from({ length: 40 }, (_, n) => [
      failed(`${n}${name}.pdf`),
      document(`${n}${name}.txt`, { status: 'STORING' }),
    ]).flat();
    for (const frame of [
      { columns: 80, rows: 24 },
      { columns: 60, rows: 60 },
      { columns: 200, rows: 500 },
    ]) {
      const lines = rendered(documents, { pausedBecause: 'INBOX_REPLACED' }, frame);
      expect(lines.length).toBeLessThanOrEqual(frame.rows);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(frame.columns);
      expect(lines.join('')).not.toMatch(/\p{C}/u);
    }
    expect(rendered(documents).join('\n')).toMatch(/… and \d+ more; npm run status -- --json lists all/);
  });
});

describe('text in columns', () => {
  it('keeps the end of what is too long, and never half a character', () => {
    expect(keepEnd('pasta/nome.pdf', 9)).toBe('…nome.pdf');
    expect(keepEnd('漢字漢字', 6)).toBe('…漢字');
    expect(keepEnd('curto', 5)).toBe('curto');
  });

  it('breaks between words, and long words where it has to', () => {
    expect(wrap('um dois tresquatrocinco seis', 7)).toEqual(['um dois', 'tresqua', 'trocinc', 'o seis']);
  });
});
