import { GENERATORS, LLAMA_1B, type AboutGenerator, type KnownGenerator } from './catalogue.ts';

/** What a machine has to run a model with. */
export interface Hardware {
  /** Memory of the largest graphics card, or of what an Apple chip shares with its GPU; 0 if there is none. */
  readonly gpuBytes: number;
  /** Memory that a new program can use now. */
  readonly freeBytes: number;
}

/** Which model suits a machine. */
export interface Recommendation {
  readonly model: KnownGenerator;
  /** Where it will run. */
  readonly on: 'GPU' | 'CPU';
  /** The memory that decided it: that of the card, or what is free. */
  readonly memoryBytes: number;
  /**
   * The largest model for the same machine under a licence of the Open Source Initiative, for those who cannot accept the
   * other one; null if `model` has such a licence itself, or if there is none.
   */
  readonly openModel: KnownGenerator | null;
}

const GIB = 1024 ** 3;
const GB = 1e9;
/** What stays free of a card: for the screen, the driver, and what the estimate of the memory misses. */
const CARD_RESERVE = { share: 0.12, leastBytes: 0.5 * GIB, mostBytes: 2.4 * GIB };
/** The documents, the embedder and the user's other programs. */
const OTHERS_BYTES = 4.5 * GB;
/** On a CPU each token reads all weights, so that a file larger than this writes slower than people read. */
const MOST_CPU_FILE_BYTES = 3 * GB;

/** A model of the catalogue with what is known of it. */
interface Candidate {
  readonly model: KnownGenerator;
  readonly about: AboutGenerator;
}

/**
 * Returns the model of the catalogue that suits this machine. The rule: of those that fit, the card before the CPU, take
 * the largest whose publisher names Portuguese, that answers without thinking first, and that has the plain attention
 * which askbox was measured with. If none fits, the smallest Llama. Those are Llamas, whose licence has to be accepted, so
 * the largest one under an open licence is named beside it.
 */
export function recommendGenerator({ gpuBytes, freeBytes }: Hardware): Recommendation {
  const { share, leastBytes, mostBytes } = CARD_RESERVE;
  const cardBytes = gpuBytes - Math.min(Math.max(gpuBytes * share, leastBytes), mostBytes);
  const onCard = candidates().filter(({ about }) => about.memoryBytes <= cardBytes);
  const onCpu = candidates().filter(
    ({ model, about }) => about.memoryBytes + OTHERS_BYTES <= freeBytes && model.sizeBytes <= MOST_CPU_FILE_BYTES,
  );
  const card = bestOf(onCard);
  const fitting = card === undefined ? onCpu : onCard;
  const model = card ?? bestOf(onCpu) ?? LLAMA_1B;
  const open = largest(fitting.filter((candidate) => isOpen(candidate.model)));
  return {
    model,
    on: card === undefined ? 'CPU' : 'GPU',
    memoryBytes: card === undefined ? freeBytes : gpuBytes,
    openModel: isOpen(model) ? null : (open ?? null),
  };
}

/** Whether its licence is one of the Open Source Initiative, which asks for no consent and restricts no use. */
function isOpen({ licence }: Pick<KnownGenerator, 'licence'>): boolean {
  return licence === 'Apache-2.0' || licence === 'MIT';
}

function candidates(): readonly Candidate[] {
  return GENERATORS.flatMap((model) => (model.about === null ? [] : [{ model, about: model.about }])).filter(
    ({ about }) => !about.thinks && about.attention === 'FULL',
  );
}

function bestOf(fitting: readonly Candidate[]): KnownGenerator | undefined {
  return largest(fitting.filter(({ about }) => about.portuguese === 'NAMED'));
}

function largest(fitting: readonly Candidate[]): KnownGenerator | undefined {
  return fitting.toSorted((a, b) => b.model.sizeBytes - a.model.sizeBytes)[0]?.model;
}
