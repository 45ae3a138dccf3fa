import { expect, test } from 'vitest';
import { showThinking, type ThinkingScreen } from './show-thinking.ts';

/** Returns what is written, and a clock that the test sets. */
function open(screen: Partial<ThinkingScreen> = {}) {
  const shown = { text: '', nowMs: 5_000 };
  const thinking = showThinking({
    write: (text) => (shown.text += text),
    isTerminal: true,
    language: 'pt',
    isShown: false,
    dim: (text) => `(${text})`,
    now: () => shown.nowMs,
    ...screen,
  });
  return { shown, ...thinking };
}

test('one line says for how long the model thinks; it is written again when the second changes', () => {
  const { shown, think, end } = open();
  for (shown.nowMs = 5_000; shown.nowMs <= 6_200; shown.nowMs += 100) think('hm');
  end();
  end();
  think('later, in the middle of the text');
  end();
  expect(shown.text).toBe('\r(pensando… 0 s)\r(pensando… 1 s)\r(pensou por 1 s)\n');
});

test('where no line can be written again, only the last one is written', () => {
  const { shown, think, end } = open({ isTerminal: false, language: 'en' });
  think('hm');
  shown.nowMs += 12_000;
  end();
  expect(shown.text).toBe('(thought for 12 s)\n');
});

test('all thoughts are shown if wanted, and cannot control the terminal', () => {
  const { shown, think, end } = open({ isShown: true });
  think('\n');
  think('\n the user');
  think(' asks\u001b[2J');
  end();
  think('so');
  end();
  expect(shown.text).toBe('(the user)( asks[2J)\n\n(so)\n\n');
});

test('nothing is shown of a model that does not think', () => {
  const { shown, end } = open();
  end();
  expect(shown.text).toBe('');
});
