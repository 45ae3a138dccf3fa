/** To be raised when the same bytes would yield different text, blocks or marks. */
const EXTRACTOR_VERSION = 'extract-2';
/** To be raised when the same text would be cut into different chunks. */
const CHUNKER_VERSION = 'chunk-2';

/**
 * Version of extraction and chunking. It is part of every content's id, so all files are read again when it changes.
 */
export const PIPELINE_VERSION = `${EXTRACTOR_VERSION}+${CHUNKER_VERSION}`;
