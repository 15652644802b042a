/**
 * What the callback is measured against: the least that could answer Meta. It verifies the signature and records
 * the same item by one conditional write: no middleware, no form of errors, no seal, no rotation of secrets.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { HttpEvent, HttpResult } from '../../functions/http.ts'

const { APP_SECRET = '', LEDGER_TABLE = '', PUBLIC_URL = '', IDENTITY = '' } = process.env
const DAY_MS = 24 * 60 * 60 * 1000
const client = new DynamoDBClient({})

export async function handler(event: HttpEvent): Promise<HttpResult> {
  const form = Buffer.from(event.body ?? '', 'base64').toString()
  const [signature = '', payload = ''] = decodeURIComponent(form.slice('signed_request='.length)).split('.')
  const given = Buffer.from(signature, 'base64url')
  const mac = createHmac('sha256', APP_SECRET).update(payload).digest()
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) return { statusCode: 400 }
  const notice = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    user_id: string
    issued_at: number
  }

  const code = createHash('sha256').update(`${notice.user_id}/${notice.issued_at}`).digest('hex').slice(0, 24)
  const key = createHash('sha256').update(code).digest('hex')
  const now = Date.now()
  await client.send(
    new PutItemCommand({
      TableName: LEDGER_TABLE,
      Item: {
        pk: { S: `REQ#${key}` },
        sk: { S: 'META' },
        requestKey: { S: key },
        state: { S: 'ready' },
        channel: { S: 'meta' },
        app: { S: 'shop' },
        scope: { S: 'account' },
        receivedAt: { S: new Date(now).toISOString() },
        updatedAt: { S: new Date(now).toISOString() },
        dueAt: { S: new Date(now + 30 * DAY_MS).toISOString() },
        nextCheckAt: { S: new Date(now + DAY_MS).toISOString() },
        openShard: { S: '0' },
        version: { N: '1' },
        attempts: { N: '0' },
        wakeups: { N: '0' },
        doubts: { S: '[]' },
        identity: { S: IDENTITY },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  )
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${PUBLIC_URL}/status/${code}`, confirmation_code: code }),
  }
}
