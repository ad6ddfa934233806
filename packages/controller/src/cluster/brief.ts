/** The most characters of a message. Tenants choose the names in it, and a status that is too large is none. */
const longestMessage = 4096;

/** Cuts a message to what a status, a log and a person can hold. */
export function brief(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage).toWellFormed()}...` : message;
}
