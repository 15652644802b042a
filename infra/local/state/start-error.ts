/** Why the local system cannot start, in words for the person who typed the command. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
