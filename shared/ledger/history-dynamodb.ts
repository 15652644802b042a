/** A request's history in the ledger: `REQ#<key>` / `LOG#<time>`, a line for each step worth remembering. */

import { epochSeconds } from '../platform/time.ts'
import type { DeletionRequest, HistoryEntry } from '../requests/request.ts'
import { date, type Item, requestPk, text } from './row-dynamodb.ts'

/** The put of one line; a line of a final request goes when the request does. */
export const lineParams = (TableName: string, request: DeletionRequest, entry: HistoryEntry) => ({
  TableName,
  Item: {
    pk: { S: requestPk(request.key) },
    sk: { S: `LOG#${entry.at.toISOString()}#${inOrder(request.version)}` },
    at: { S: entry.at.toISOString() },
    step: { S: entry.step },
    by: { S: entry.by },
    ...(entry.reason === undefined ? {} : { reason: { S: entry.reason } }),
    ...(request.expiresAt === undefined ? {} : { expiresAt: { N: epochSeconds(request.expiresAt) } }),
  } satisfies Item,
})

/** As text, 10 comes before 9. */
const inOrder = (version: number): string => String(version).padStart(12, '0')

/** @throws TypeError naming the attribute that is missing or unreadable. */
export const fromLine = (item: Item): HistoryEntry => ({
  at: date(item, 'at'),
  // Only `lineParams` writes it.
  step: text(item, 'step') as HistoryEntry['step'],
  by: text(item, 'by'),
  ...(item['reason']?.S === undefined ? {} : { reason: item['reason'].S }),
})

/** The update that gives a line its end. */
export const expireParams = (TableName: string, Key: Item, at: Date) => ({
  TableName,
  Key,
  UpdateExpression: 'SET #expiresAt = :at',
  ConditionExpression: 'attribute_exists(#pk)',
  ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#pk': 'pk' },
  ExpressionAttributeValues: { ':at': { N: epochSeconds(at) } },
})
