/** What whoever deploys or configures has to put right, in sentences for them: no stack trace would help. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem'
}
