import { getLlama, LlamaChatSession, type LlamaContextSequence } from 'node-llama-cpp';
import type { ToChatSession } from './chat-session.ts';

/** Answers with node-llama-cpp as its documentation shows, with one sequence and one thread. */

let contextSequence: LlamaContextSequence;

process.on('message', (message: ToChatSession) => void hear(message).then(() => process.send?.('done')));
process.on('disconnect', () => process.exit());

async function hear(message: ToChatSession): Promise<void> {
  if ('file' in message) {
    const llama = await getLlama({
      build: 'never',
      skipDownload: true,
      gpu: false,
      maxThreads: 0,
      progressLogs: false,
    });
    const model = await llama.loadModel({ modelPath: message.file });
    const context = await model.createContext({ contextSize: message.contextTokens, sequences: 1, threads: 1 });
    contextSequence = context.getSequence();
    return;
  }
  const { prompt, maxTokens } = message;
  const session = new LlamaChatSession({ contextSequence, systemPrompt: prompt.system, autoDisposeSequence: false });
  let text = '';
  await session.prompt(prompt.user, { maxTokens, temperature: 0, onTextChunk: (chunk) => (text += chunk) });
  session.dispose();
  if (text === '') throw new Error('the model wrote nothing');
}
