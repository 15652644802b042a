/** When work has to end. */
export interface Deadline {
  /** @param aheadMs Whether it will have passed so much later. @default 0 */
  passed(aheadMs?: number): boolean
}

export const NO_DEADLINE: Deadline = { passed: () => false }
