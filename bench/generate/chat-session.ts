import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Prompt } from '../../graphql-api/generate/prompt.ts';

/** The library's own chat session in a process, as ours is, but without the code around it. */
export interface ChatSession extends AsyncDisposable {
  readonly pid: number;
  ask(prompt: Prompt, maxTokens: number): Promise<void>;
}

/** Messages to its process: first what to load, then what to answer. It sends `done` after each. */
export type ToChatSession =
  | { readonly file: string; readonly contextTokens: number }
  | { readonly prompt: Prompt; readonly maxTokens: number };

/** Starts the process and loads the model. Disposing kills the process. */
export async function openChatSession(file: string, contextTokens: number): Promise<ChatSession> {
  const child = fork(path.join(import.meta.dirname, 'chat-session-process.ts'), { execArgv: [] });
  const tell = async (message: ToChatSession): Promise<void> => {
    const done = once(child, 'message');
    child.send(message);
    await done;
  };
  await tell({ file, contextTokens });
  return {
    // A process that has sent a message has a pid.
    pid: child.pid!,
    ask: (prompt, maxTokens) => tell({ prompt, maxTokens }),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
