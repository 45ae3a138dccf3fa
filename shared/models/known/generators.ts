/** What the publisher says of all models of a family. */
export interface Family {
  /** SPDX id, or the licence's own name. */
  readonly licence: string;
  /** How many languages it knows, at least; 1 is English alone. */
  readonly languages: number;
  /**
   * NAMED: the publisher lists Portuguese. ONE_OF_MANY: the publisher claims 100 languages or more without a list. NO:
   * the publisher lists others.
   */
  readonly portuguese: 'NAMED' | 'ONE_OF_MANY' | 'NO';
  /** Whether it may think in writing before it answers. askbox tells it not to. */
  readonly thinks: boolean;
  /**
   * FULL: every layer looks at all tokens. MIXED: some layers keep a window or a running state instead. The library takes
   * another path for those, with three crashes reported in 2026 and fixed since; askbox has not been measured on it.
   */
  readonly attention: 'FULL' | 'MIXED';
  /** Pages that say so. */
  readonly sources: readonly string[];
}

/** A file of the hub that holds a language model. */
export interface GeneratorRow {
  /** What people and settings call it. */
  readonly name: string;
  readonly family: Family;
  /** `user/repo` on the hub. */
  readonly repository: string;
  /** A commit that holds the file. */
  readonly revision: string;
  /** Name of the file, in the repository and in the models folder. */
  readonly file: string;
  readonly sizeBytes: number;
  /**
   * Lower-case hexadecimal, on which two public sources agree; null where only one is known. A download is then compared
   * with the size here and with the digest that the hub states.
   */
  readonly sha256: string | null;
  /** Pages that name the file: its digest, and mostly its size. */
  readonly sources: readonly string[];
}

const LOCALAI = 'https://github.com/mudler/LocalAI/blob/82c191afadf5f005281e798ccfa0ffd0d5805030/gallery/index.yaml';
const EARHEART =
  'https://github.com/cleanunicorn/earheart/blob/1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f/docs/cleanup-models.md';
const POCKETAI =
  'https://github.com/tchoutchoune/PocketAI-Android/blob/8c5fec6265faba9c9f57a17a5e1dbe6ad6814a3c/app/src/main/java/com/pocketai/app/ModelHub.kt';
const OPENCLAW =
  'https://github.com/openclaw/openclaw/blob/a383e61467cc3a3271965a38551ac04e37a799d8/extensions/llama-cpp/src/model-catalog.ts';
const NEWSTRADER =
  'https://github.com/Harryisadag/newstrader/blob/c62f346ceac93a3813a3aca1d3c6b0b5dcb87c3c/newstrader/llm/catalog.py';
const TYPED_DECISION =
  'https://github.com/hectorlutero/TypedDecisionMCP/blob/05e71cbec16418e9b834971416995399b0ab4b05/models/README.md';
const LLM_HARNESS =
  'https://github.com/daniele21/android-local-llm-harness/blob/dcb83a8a0c6ccfc56993ced35d59e8911b427a98/docs/curated-model-catalog.md';
const LOCAL_LLM =
  'https://github.com/mktkhr/local-llm/blob/a7768fad9d49d3ee463f5e38bb3f2b03fb1d347d/docs/pd/08-reproduction.md';
const ROCKETKV =
  'https://github.com/XiangZheng2002/rocketkv-llamacpp-metal/blob/4a410c28ca1366caa3f7cb7c709feebfc9b249a9/docs/rocketkv/README.md';
/** What the library itself suggests, with the languages of each family. */
const NODE_LLAMA_CPP = 'https://www.npmjs.com/package/node-llama-cpp/v/3.22.1 (dist/cli/recommendedModels.js)';

const LLAMA_3_2: Family = {
  licence: 'Llama 3.2 Community License',
  languages: 8,
  portuguese: 'NAMED',
  thinks: false,
  attention: 'FULL',
  sources: ['https://huggingface.co/SanctumAI/Llama-3.2-3B-Instruct-GGUF/blob/main/README.md'],
};
const LLAMA_3_1: Family = {
  ...LLAMA_3_2,
  licence: 'Llama 3.1 Community License',
  sources: ['https://huggingface.co/RedHatAI/Llama-3.1-8B-Instruct'],
};
const SMOLLM2: Family = {
  licence: 'Apache-2.0',
  languages: 1,
  portuguese: 'NO',
  thinks: false,
  attention: 'FULL',
  sources: ['https://github.com/huggingface/smollm/blob/main/text/README.md', LOCALAI],
};
const SMOLLM3: Family = { ...SMOLLM2, languages: 6, portuguese: 'NAMED', thinks: true };
const QWEN3_INSTRUCT: Family = {
  licence: 'Apache-2.0',
  languages: 100,
  portuguese: 'ONE_OF_MANY',
  thinks: false,
  attention: 'FULL',
  sources: ['https://github.com/QwenLM/Qwen3/blob/4d9f43e9ffc587202fb2225ca9e250761a2a28e3/README.md'],
};
const QWEN3: Family = { ...QWEN3_INSTRUCT, thinks: true };
const QWEN3_5: Family = {
  licence: 'Apache-2.0',
  languages: 200,
  portuguese: 'ONE_OF_MANY',
  thinks: true,
  attention: 'MIXED',
  sources: [NODE_LLAMA_CPP, LOCALAI],
};
const GEMMA3: Family = {
  licence: 'Gemma Terms of Use',
  languages: 140,
  portuguese: 'ONE_OF_MANY',
  thinks: false,
  attention: 'MIXED',
  sources: ['https://ai.google.dev/gemma/docs', LOCALAI],
};
const GEMMA4: Family = {
  ...GEMMA3,
  licence: 'Apache-2.0',
  thinks: true,
  sources: ['https://ai.google.dev/gemma/docs/capabilities/thinking', NODE_LLAMA_CPP],
};

/** Llama 3.1 of 8 billion parameters. */
export const LLAMA_8B_ROW: GeneratorRow = {
  name: 'llama-3.1-8b',
  family: LLAMA_3_1,
  repository: 'bartowski/Meta-Llama-3.1-8B-Instruct-GGUF',
  revision: 'bf5b95e96dac0462e2a09145ec66cae9a3f12067',
  file: 'Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf',
  sizeBytes: 4_920_739_232,
  sha256: null,
  sources: [LOCALAI],
};
/** Llama 3.2 of 3 billion parameters. */
export const LLAMA_3B_ROW: GeneratorRow = {
  name: 'llama-3.2-3b',
  family: LLAMA_3_2,
  repository: 'bartowski/Llama-3.2-3B-Instruct-GGUF',
  revision: '5ab33fa94d1d04e903623ae72c95d1696f09f9e8',
  file: 'Llama-3.2-3B-Instruct-Q4_K_M.gguf',
  sizeBytes: 2_019_377_696,
  sha256: '6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff',
  sources: [EARHEART, ROCKETKV],
};
/** Llama 3.2 of 1 billion parameters. */
export const LLAMA_1B_ROW: GeneratorRow = {
  name: 'llama-3.2-1b',
  family: LLAMA_3_2,
  repository: 'bartowski/Llama-3.2-1B-Instruct-GGUF',
  revision: '067b946cf014b7c697f3654f621d577a3e3afd1c',
  file: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  sizeBytes: 807_694_464,
  sha256: null,
  sources: [LOCALAI],
};

/**
 * The other instruction-tuned models of up to 12 billion parameters that people run today and that llama.cpp reads. No row
 * is from memory: `sources` are the pages it was copied from.
 */
export const OTHER_GENERATORS: readonly GeneratorRow[] = [
  {
    name: 'qwen3.5-0.8b',
    family: QWEN3_5,
    repository: 'unsloth/Qwen3.5-0.8B-GGUF',
    revision: '6ab461498e2023f6e3c1baea90a8f0fe38ab64d0',
    file: 'Qwen3.5-0.8B-Q4_K_M.gguf',
    sizeBytes: 532_517_120,
    sha256: 'bd258782e35f7f458f8aced1adc053e6e92e89bc735ba3be89d38a06121dc517',
    sources: [NEWSTRADER, LLM_HARNESS],
  },
  {
    name: 'gemma-3-1b',
    family: GEMMA3,
    repository: 'ggml-org/gemma-3-1b-it-GGUF',
    revision: 'f9c28bcd85737ffc5aef028638d3341d49869c27',
    file: 'gemma-3-1b-it-Q4_K_M.gguf',
    sizeBytes: 806_058_240,
    sha256: '8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135',
    sources: [LOCALAI, EARHEART],
  },
  {
    name: 'smollm2-1.7b',
    family: SMOLLM2,
    repository: 'HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF',
    revision: '2d4a76a30b4af41ecd395c35725ac11688d4cfe4',
    file: 'smollm2-1.7b-instruct-q4_k_m.gguf',
    sizeBytes: 1_055_609_536,
    sha256: 'decd2598bc2c8ed08c19adc3c8fdd461ee19ed5708679d1c54ef54a5a30d4f33',
    sources: [LOCALAI, EARHEART],
  },
  {
    name: 'qwen3-1.7b',
    family: QWEN3,
    repository: 'unsloth/Qwen3-1.7B-GGUF',
    revision: 'd7f544eead698dbd1f15126ef60b45a1e1933222',
    file: 'Qwen3-1.7B-Q4_K_M.gguf',
    sizeBytes: 1_107_409_472,
    sha256: null,
    sources: [TYPED_DECISION],
  },
  {
    name: 'qwen3.5-2b',
    family: QWEN3_5,
    repository: 'unsloth/Qwen3.5-2B-GGUF',
    revision: 'f6d5376be1edb4d416d56da11e5397a961aca8ae',
    file: 'Qwen3.5-2B-Q4_K_M.gguf',
    sizeBytes: 1_280_835_840,
    sha256: 'aaf42c8b7c3cab2bf3d69c355048d4a0ee9973d48f16c731c0520ee914699223',
    sources: [POCKETAI, LLM_HARNESS],
  },
  {
    name: 'smollm3-3b',
    family: SMOLLM3,
    repository: 'bartowski/HuggingFaceTB_SmolLM3-3B-GGUF',
    revision: '86b3536ed1ca0dcb4716745642db4e6804bf3d32',
    file: 'HuggingFaceTB_SmolLM3-3B-Q4_K_M.gguf',
    sizeBytes: 1_915_305_792,
    sha256: '519732558d5fa7420ab058e1b776dcfe73da78013c2fe59c7ca43c325ef89132',
    sources: [LOCALAI, POCKETAI],
  },
  {
    name: 'gemma-3-4b',
    family: GEMMA3,
    repository: 'ggml-org/gemma-3-4b-it-GGUF',
    revision: 'd0976223747697cb51e056d85c532013931fe52e',
    file: 'gemma-3-4b-it-Q4_K_M.gguf',
    sizeBytes: 2_489_757_856,
    sha256: null,
    sources: [EARHEART],
  },
  {
    name: 'qwen3-4b-2507',
    family: QWEN3_INSTRUCT,
    repository: 'unsloth/Qwen3-4B-Instruct-2507-GGUF',
    revision: 'a06e946bb6b655725eafa393f4a9745d460374c9',
    file: 'Qwen3-4B-Instruct-2507-Q4_K_M.gguf',
    sizeBytes: 2_497_281_120,
    sha256: '3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597',
    sources: [EARHEART, LOCAL_LLM],
  },
  {
    name: 'qwen3.5-4b',
    family: QWEN3_5,
    repository: 'unsloth/Qwen3.5-4B-GGUF',
    revision: 'e87f176479d0855a907a41277aca2f8ee7a09523',
    file: 'Qwen3.5-4B-Q4_K_M.gguf',
    sizeBytes: 2_740_937_888,
    sha256: '00fe7986ff5f6b463e62455821146049db6f9313603938a70800d1fb69ef11a4',
    sources: [LOCALAI, POCKETAI, OPENCLAW],
  },
  {
    name: 'gemma-4-e2b',
    family: GEMMA4,
    repository: 'ggml-org/gemma-4-E2B-it-GGUF',
    revision: 'b4243c156154b6dca9324415f8c7ccc098b4aed1',
    file: 'gemma-4-E2B-it-Q4_0.gguf',
    sizeBytes: 2_841_481_184,
    sha256: '8e30dff3ac4c8434c49a7036fa15564bdbb6044e42bf04550bf1a096ad7e6a52',
    sources: [EARHEART, POCKETAI],
  },
  {
    name: 'gemma-4-e4b',
    family: GEMMA4,
    repository: 'ggml-org/gemma-4-E4B-it-GGUF',
    revision: 'b8093469224f83f5c38f691eb906c380e9e63114',
    file: 'gemma-4-E4B-it-Q4_0.gguf',
    sizeBytes: 4_590_807_392,
    sha256: 'a555b900214b477d8880e7832e0b8925e139b0159640036b09fe472b6f2097f2',
    sources: [EARHEART, POCKETAI],
  },
  {
    name: 'qwen3-8b',
    family: QWEN3,
    repository: 'unsloth/Qwen3-8B-GGUF',
    revision: '14d6a0c6f786c9914abcc33c4c95c81439574020',
    file: 'Qwen3-8B-Q4_K_M.gguf',
    sizeBytes: 5_027_784_512,
    sha256: '120307ba529eb2439d6c430d94104dabd578497bc7bfe7e322b5d9933b449bd4',
    sources: [LOCALAI, LOCAL_LLM, LLM_HARNESS],
  },
  {
    name: 'qwen3.5-9b',
    family: QWEN3_5,
    repository: 'unsloth/Qwen3.5-9B-GGUF',
    revision: '3885219b6810b007914f3a7950a8d1b469d598a5',
    file: 'Qwen3.5-9B-Q4_K_M.gguf',
    sizeBytes: 5_680_522_464,
    sha256: '03b74727a860a56338e042c4420bb3f04b2fec5734175f4cb9fa853daf52b7e8',
    sources: [LOCALAI, OPENCLAW, NEWSTRADER],
  },
  {
    name: 'gemma-4-12b',
    family: GEMMA4,
    repository: 'unsloth/gemma-4-12b-it-GGUF',
    revision: 'fc034cfff751157913579611efad8462ac1be606',
    file: 'gemma-4-12b-it-Q4_K_M.gguf',
    sizeBytes: 7_121_861_440,
    sha256: null,
    sources: [OPENCLAW],
  },
  {
    name: 'gemma-3-12b',
    family: GEMMA3,
    repository: 'ggml-org/gemma-3-12b-it-GGUF',
    revision: 'ec0cbabd8dbff316f659876a50202295c3c4a314',
    file: 'gemma-3-12b-it-Q4_K_M.gguf',
    sizeBytes: 7_300_574_976,
    sha256: null,
    sources: [EARHEART],
  },
];
