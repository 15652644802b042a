/** The local system cannot start. The message is for the user who typed the command. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
