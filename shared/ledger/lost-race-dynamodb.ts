/** The ways in which DynamoDB says that somebody else wrote first. */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { ServiceError } from '../platform/errors.ts'

/** A condition that does not hold, or a transaction on the same item. Throttling is neither. */
export function isLostRace(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? [])
      .map(({ Code = 'None' }) => Code)
      .filter((code) => code !== 'None')
    return codes.length > 0 && codes.every((code) => LOST.includes(code))
  }
  return error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException
}

const LOST: readonly string[] = ['ConditionalCheckFailed', 'TransactionConflict']

export const lostRace = (what: string, cause: unknown): ServiceError =>
  new ServiceError('LEDGER_CONFLICT', what, { cause })
