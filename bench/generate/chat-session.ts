import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Prompt } from '../../graphql-api/generate/prompt.ts';

/** The library's own chat session, in a process like ours but for what is around it. */
export interface ChatSession extends AsyncDisposable {
  readonly pid: number;
  ask(prompt: Prompt, maxTokens: number): Promise<void>;
}

/** What its process is told: first how to load, then what to answer; it says `done` after each. */
export type ToChatSession =
  | { readonly file: string; readonly contextTokens: number }
  | { readonly prompt: Prompt; readonly maxTokens: number };

export async function openChatSession(file: string, contextTokens: number): Promise<ChatSession> {
  const child = fork(path.join(import.meta.dirname, 'chat-session-process.ts'), { execArgv: [] });
  const tell = async (message: ToChatSession): Promise<void> => {
    const done = once(child, 'message');
    child.send(message);
    await done;
  };
  await tell({ file, contextTokens });
  return {
    // It has answered, so it has one.
    pid: child.pid!,
    ask: (prompt, maxTokens) => tell({ prompt, maxTokens }),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
