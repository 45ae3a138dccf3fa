import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { E5_SMALL, speedModel } from './speed-model.ts';
import { speedTokenizer } from './speed-tokenizer.ts';

/** Increase it when the files change. */
const VERSION = 2;

/**
 * Returns the folder of a model that is as large and as slow as multilingual-e5-small q8, but whose vectors are
 * meaningless. The folder (130 MB) is written once into the system's temporary folder and kept there.
 * @param text what the tokenizer is made for.
 */
export function speedFolder(text: string): string {
  const folder = path.join(os.tmpdir(), `askbox-bench-e5-small-${VERSION}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(path.join(unfinished, 'onnx'), { recursive: true });
  const write = (file: string, content: object): void =>
    writeFileSync(path.join(unfinished, file), JSON.stringify(content));
  write('config.json', {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: E5_SMALL.width,
    num_hidden_layers: E5_SMALL.layers,
    num_attention_heads: E5_SMALL.heads,
    intermediate_size: E5_SMALL.feedForward,
    vocab_size: E5_SMALL.vocabulary,
    max_position_embeddings: E5_SMALL.positions,
  });
  write('tokenizer_config.json', {
    tokenizer_class: 'XLMRobertaTokenizer',
    model_max_length: E5_SMALL.positions,
    bos_token: '<s>',
    eos_token: '</s>',
    cls_token: '<s>',
    sep_token: '</s>',
    pad_token: '<pad>',
    unk_token: '<unk>',
  });
  write('config_sentence_transformers.json', { prompts: { query: 'query: ', document: 'passage: ' } });
  write('tokenizer.json', speedTokenizer(text, E5_SMALL.vocabulary));
  writeFileSync(path.join(unfinished, 'onnx/model_quantized.onnx'), speedModel(E5_SMALL));
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  return folder;
}
