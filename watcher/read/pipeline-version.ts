/** Raise it when the same bytes would give another text, other blocks or marks. */
const EXTRACTOR_VERSION = 'extract-1';
/** Raise it when the same text would be cut into other chunks. */
const CHUNKER_VERSION = 'chunk-1';

/** Part of every content's id: files are read anew when it changes. */
export const PIPELINE_VERSION = `${EXTRACTOR_VERSION}+${CHUNKER_VERSION}`;
