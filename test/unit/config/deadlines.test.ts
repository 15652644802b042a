import { expect, it } from 'vitest'
import { warningDaysOf } from '../../../shared/config/deadlines.ts'

it.each([
  [['vietnam'], 5],
  [['gdpr'], 7],
  [['ccpa'], 10],
  [['ccpa', 'gdpr', 'vietnam'], 5],
  // 45 days end after any month.
  [['ccpa', 'gdpr'], 7],
] as const)('warns, by %j, %i days before a request is due', (laws, days) => {
  expect(warningDaysOf([...laws])).toBe(days)
})
