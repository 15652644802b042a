export interface Goal {
  readonly goal: string
  readonly measured: number
  readonly atMost?: number
  readonly atLeast?: number
  readonly met: boolean
  /** Missing it makes the command fail. Bytes only: times depend on the machine and its other work. */
  readonly gates: boolean
}
