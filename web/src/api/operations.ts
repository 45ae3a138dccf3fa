/** Every operation that the page sends. operations.test.ts checks them against the schema of the API. */

const LOCATOR = 'locator { pageNumber pageLabel line seconds part sheet cells slide }';
const SOURCE = `rank used path title contentHash excerpt startChar endChar headings ${LOCATOR} chunk { documents { path modifiedAt } }`;
const ANSWER = `
  id question searchedFor status text rating conversation { id }
  sources { ${SOURCE} }
  nearest { ${SOURCE} }
  notSearched { unread { count paths } failed { count paths } meaningOffBecause }
  citations { start end quote startChar endChar source { rank } ${LOCATOR} }
  unsupported { start end }
  finishReason error { code message retryable } answeredBy { kind model fallbackReason } passagesLeftMachine
  timings { totalMs }
`;
const EVENT = `
  __typename sequence
  ... on AnswerStarted { queuePosition answer { id question } }
  ... on SourcesRetrieved { sources { ${SOURCE} } }
  ... on AnswerDelta { text offset }
  ... on AnswerThinking { text offset }
  ... on AnswerCompleted { answer { ${ANSWER} } }
  ... on AnswerFailed { answer { ${ANSWER} } }
`;
const ROW = 'id path title tags status progress chunkCount stale createdAt error { code message retryAt }';
const DETAILS = `${ROW} mediaType sizeBytes contentHash pageCount modifiedAt warnings { code count message }`;
const INGESTION = 'queued unembeddedChunks pausedBecause active { id path progress }';

/** Asks; `after` resumes the stream after that event. */
export const ASK = `subscription Ask($input: AskInput!, $after: Int!) { ask(input: $input, after: $after) { ${EVENT} } }`;

/** Follows an answer that is being written, or replays one that has ended. */
export const ANSWER_EVENTS = `subscription AnswerEvents($id: ID!, $after: Int!) {
  answerEvents(id: $id, after: $after) { ${EVENT} }
}`;

/** One answer as it is. */
export const ANSWER_BY_ID = `query AnswerById($id: ID!) { answer(id: $id) { ${ANSWER} } }`;

/** Says whether an answer was good. */
export const RATE_ANSWER = `mutation RateAnswer($id: ID!, $rating: Rating!) {
  rateAnswer(input: { id: $id, rating: $rating }) { answer { rating } userErrors { message } }
}`;

const CONVERSATION = 'id title updatedAt';

/** A page of the conversations, those with the latest question first. */
export const CONVERSATIONS = `query Conversations($after: String) {
  conversations(first: 100, after: $after) { nodes { ${CONVERSATION} } pageInfo { hasNextPage endCursor } }
}`;

/** A page of the questions of a conversation, in their order. */
export const CONVERSATION_ANSWERS = `query ConversationAnswers($id: ID!, $after: String) {
  conversation(id: $id) { answers(first: 100, after: $after) {
    nodes { id question endedAt } pageInfo { hasNextPage endCursor }
  } }
}`;

/** Starts a conversation. */
export const CREATE_CONVERSATION = `mutation CreateConversation {
  createConversation { conversation { id } userErrors { message } }
}`;

/** Gives a conversation another title. */
export const RENAME_CONVERSATION = `mutation RenameConversation($id: ID!, $title: String) {
  updateConversation(input: { id: $id, title: $title }) { userErrors { message } }
}`;

/** Deletes a conversation with its answers. */
export const DELETE_CONVERSATION = `mutation DeleteConversation($id: ID!) {
  deleteConversation(id: $id) { userErrors { message } }
}`;

/** Stops the model; the stream then ends with what was written. */
export const CANCEL_ANSWER = 'mutation CancelAnswer($id: ID!) { cancelAnswer(id: $id) { userErrors { message } } }';

/** A page of the files, the newest first. */
export const FILES = `query Files($first: Int!, $after: String, $filter: DocumentFilter) {
  documents(first: $first, after: $after, filter: $filter, orderBy: { field: CREATED_AT, direction: DESC }) {
    totalCount nodes { ${ROW} } pageInfo { hasNextPage endCursor }
  }
}`;

/** Every change of every file. */
export const FILE_CHANGES = `subscription FileChanges { documentChanged { kind documentId document { ${ROW} } } }`;

/** The state of reading: at once, then on every change. */
export const INGESTION_CHANGES = `subscription IngestionChanges { ingestion { ${INGESTION} } }`;

/** How many files are in each state, in the largest folders, and have the most used tags. */
export const COUNTS = `query Counts { stats {
  documents chunks documentsByStatus { status count } ingestion { unembeddedChunks }
  folders(first: 100) { path count } tags(first: 100) { tag count }
} }`;

/** One file with everything that its view shows, by the path of a citation. */
export const FILE_BY_PATH = `query FileByPath($path: String!) { documentByPath(path: $path) { ${DETAILS} } }`;

/** What a link to a document needs of it. */
export const LINKED_FILE = `query LinkedFile($path: String!, $start: Int!, $end: Int!) {
  documentByPath(path: $path) { title contentHash text(start: $start, end: $end) }
}`;

/** Whether files exist, by path. */
export const FILE_EXISTS = 'query FileExists($path: String!) { documentByPath(path: $path) { id } }';

/** A part of a document's text. */
export const FILE_TEXT = `query FileText($id: ID!, $start: Int!, $end: Int!) { document(id: $id) { text(start: $start, end: $end) } }`;

/** The headings of a document's first passages, as many as the API gives at a time. */
export const FILE_HEADINGS = `query FileHeadings($id: ID!) { document(id: $id) { chunks(first: 100) { nodes { headings } } } }`;

/** Titles and headings, from which first questions are made. The newest files may all be alike, such as receipts. */
export const FIRST_HEADINGS = `query FirstHeadings {
  newest: documents(first: 12, filter: { status: [READY] }) { ...Titled }
  largest: documents(first: 12, filter: { status: [READY] }, orderBy: { field: SIZE, direction: DESC }) { ...Titled }
}
fragment Titled on DocumentConnection { nodes { title language chunks(first: 4) { nodes { headings } } } }`;

/** Reads a file again. */
export const READ_AGAIN = 'mutation ReadAgain($id: ID!) { reingestDocument(id: $id) { userErrors { message } } }';

/** Reads all files again that could not be read. */
export const READ_FAILED_AGAIN = `mutation ReadFailedAgain {
  reingestDocuments(filter: { status: [FAILED] }) { userErrors { message } }
}`;

/** Sets the title and the tags of a file. */
export const UPDATE_FILE =
  'mutation UpdateFile($input: UpdateDocumentInput!) { updateDocument(input: $input) { userErrors { message } } }';

/** Moves a file to the trash. */
export const DELETE_FILE = 'mutation DeleteFile($id: ID!) { deleteDocument(id: $id) { userErrors { message } } }';

/** Takes a file out of the trash. */
export const RESTORE_FILE = 'mutation RestoreFile($id: ID!) { restoreDocument(id: $id) { userErrors { message } } }';

/** The models that write answers, and how far they are downloaded. */
export const MODELS = 'query Models { models { name kind provider state suggested licence sizeBytes progress error } }';

/** Starts the download of a model. */
export const PULL_MODEL = 'mutation PullModel($name: String!) { pullModel(name: $name) { userErrors { message } } }';

/** Stops the download of a model. */
export const CANCEL_PULL = 'mutation CancelPull($name: String!) { cancelPull(name: $name) { userErrors { message } } }';

/** Stops reading until it is resumed. */
export const PAUSE = `mutation Pause { pauseIngestion { ${INGESTION} } }`;

/** Resumes reading, and carries out held removals if they are confirmed. */
export const RESUME = `mutation Resume($confirmRemovals: Boolean!) { resumeIngestion(confirmRemovals: $confirmRemovals) { ${INGESTION} } }`;

/** How the parts of the service are. */
export const HEALTH = 'query Health { health { status version components { name status message } } }';
