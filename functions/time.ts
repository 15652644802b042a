/** The time of this machine. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Time } from '../shared/records/pace.ts'

export const clock = (): Date => new Date()

export const time: Time = { nowMs: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) }
