import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { createBucket } from '../../infra/local/engines/s3.ts'
import { startSqsS3 } from '../../infra/local/engines/threads.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { s3Inbox } from '../../shared/email/inbox-s3.ts'
import type { Inbox } from '../../shared/email/receive.ts'
import type { RequestKey } from '../../shared/requests/code.ts'

const Bucket = 'inbox'
const ID = 'a1b2c3d4e5f6a7b8c9d0'
const KEY = 'a1'.repeat(32) as RequestKey

let engine: Awaited<ReturnType<typeof startSqsS3>>
let release: () => void
let client: S3Client
let inbox: Inbox
beforeAll(async () => {
  const folder = await openDataFolder()
  release = () => folder.release()
  engine = await startSqsS3(folder)
  await createBucket(engine.endpoint, Bucket)
  client = new S3Client(engineClient(engine.endpoint))
  inbox = s3Inbox(client, Bucket)
})
afterAll(async () => {
  client.destroy()
  await engine.close()
  release()
})

const put = (Key: string, Body: string | Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }))

it('reads what is there, whatever its bytes', async () => {
  const bytes = Buffer.from([0, 1, 13, 10, 255, 128])
  await put(`inbox/${ID}`, bytes)
  expect(Buffer.from((await inbox.read(ID)) ?? [])).toEqual(bytes)
  await put(`inbox/${ID}`, '')
  expect(await inbox.read(ID)).toEqual(new Uint8Array())
})

it('reads no more than the beginning of what is large', async () => {
  await put(`inbox/${ID}`, Buffer.alloc(5_000_000, 'a'))
  expect((await inbox.read(ID))?.length).toBe(512 * 1024)
})

it('says so when it has been dealt with', async () => {
  await put(`inbox/${ID}`, 'a message')
  await inbox.remove(ID)
  await inbox.remove(ID)
  expect(await inbox.read(ID)).toBeUndefined()
})

it('keeps a reply beside its request', async () => {
  await put(`inbox/${ID}`, 'a reply')
  await inbox.keepReply(ID, KEY)
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `replies/${KEY}/${ID}` }))
  expect(await Body?.transformToString()).toBe('a reply')
  await inbox.remove(ID)
})

it('lists messages that wait, the oldest first, and nothing that is none', async () => {
  const ids = Array.from({ length: 3 }, (_, n) => `${ID}${n}`)
  for (const id of ids) await put(`inbox/${id}`, 'a message')
  await put('inbox/AMAZON_SES_SETUP_NOTIFICATION', 'hello')
  await put(`other/${ID}`, 'no mail')
  const waiting = await inbox.waiting()
  expect(waiting.map(({ id }) => id).toSorted()).toEqual(ids)
  expect(waiting.map(({ since }) => since.getTime())).toEqual(
    waiting.map(({ since }) => since.getTime()).toSorted((a, b) => a - b),
  )
  for (const id of ids) await client.send(new DeleteObjectCommand({ Bucket, Key: `inbox/${id}` }))
  expect(await inbox.waiting()).toEqual([])
})
