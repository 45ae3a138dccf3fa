import { z } from 'zod';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { MAX_REREAD_PATHS, type WatcherCommand } from '#shared/watcher-api/watcher-api.ts';

const PATH = z.string().min(1);

const COMMAND = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('add'),
    path: z.string(),
    text: z.string(),
    title: z.string().nullable(),
    tags: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal('addPage'),
    url: z.string(),
    name: z.string(),
    title: z.string().nullable(),
    tags: z.array(z.string()),
  }),
  z.strictObject({ type: z.literal('reread'), paths: z.array(PATH).max(MAX_REREAD_PATHS) }),
  z.strictObject({ type: z.literal('remove'), path: PATH }),
  z.strictObject({ type: z.literal('restore'), id: z.string().min(1) }),
  z.strictObject({ type: z.literal('erase'), id: z.string().min(1), path: PATH.nullable() }),
  z.strictObject({
    type: z.literal('describe'),
    path: PATH,
    title: z.string().nullable().exactOptional(),
    tags: z.array(z.string()).exactOptional(),
  }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume'), confirmRemovals: z.boolean() }),
]);

/** Enough for 10,000 paths (MAX_REREAD_PATHS) of 400 bytes each. */
const MAX_COMMAND_BYTES = 4 * 1024 * 1024;

/** Reads and checks the body of a command. @throws CommandRefused TOO_LARGE, INVALID */
export async function readCommand(body: AsyncIterable<Uint8Array>): Promise<WatcherCommand> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const bytes of body) {
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_COMMAND_BYTES) {
      throw new CommandRefused('TOO_LARGE', `the command is larger than ${MAX_COMMAND_BYTES} bytes; send it in parts`);
    }
    pieces.push(bytes);
  }
  const parsed = COMMAND.safeParse(parseJson(Buffer.concat(pieces).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new CommandRefused('INVALID', `this is not a valid command: ${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not a valid command either
  }
}
