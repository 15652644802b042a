import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineClient, engineEnv } from '../../infra/local/engines/engines.ts'
import { createBucket, putObject } from '../../infra/local/engines/s3.ts'
import { startSqsS3 } from '../../infra/local/engines/threads.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'

const Bucket = 'inbox'
const root = mkdtempSync(join(tmpdir(), 'local-s3-test-'))
let engine: Awaited<ReturnType<typeof startEngine>>

async function startEngine(dir?: string) {
  const folder = await openDataFolder(dir)
  const started = await startSqsS3(folder)
  const { endpoint } = started
  const client = new S3Client(engineClient(endpoint))
  await createBucket(endpoint, Bucket)
  return {
    endpoint,
    client,
    put: (Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body })),
    async bytes(Key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    },
    async keys(Prefix = ''): Promise<readonly (string | undefined)[]> {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }))
      return Contents.map(({ Key }) => Key)
    },
    async close() {
      client.destroy()
      await started.close()
      folder.release()
    },
  }
}

beforeAll(async () => {
  engine = await startEngine()
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true })
})

describe('the embedded S3', () => {
  it('gives back every byte, with the settings that the SDK has by itself', async () => {
    const every = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256))
    await engine.put('inbox/bytes', every)
    expect(await engine.bytes('inbox/bytes')).toEqual(every)
    const head = await engine.client.send(new HeadObjectCommand({ Bucket, Key: 'inbox/bytes' }))
    expect(head.ContentLength).toBe(512)
    expect(head.LastModified).toBeInstanceOf(Date)
  })

  it('copies, lists by prefix, and deletes, also what is not there', async () => {
    await engine.put('from/one', Buffer.from('1'))
    await engine.client.send(
      new CopyObjectCommand({ Bucket, Key: 'to/one', CopySource: `${Bucket}/from/one` }),
    )
    for (const Key of ['from/one', 'from/one', 'from/none']) {
      await engine.client.send(new DeleteObjectCommand({ Bucket, Key }))
    }
    expect(await engine.keys('from/')).toEqual([])
    expect(await engine.keys('to/')).toEqual(['to/one'])
    expect(await engine.bytes('to/one')).toEqual(Buffer.from('1'))
  })

  it('names what is not there as S3 does', async () => {
    await expect(engine.bytes('none')).rejects.toMatchObject({ name: 'NoSuchKey' })
    const head = engine.client.send(new HeadObjectCommand({ Bucket, Key: 'none' }))
    await expect(head).rejects.toMatchObject({ name: 'NotFound' })
    const other = engine.client.send(new GetObjectCommand({ Bucket: 'no-bucket', Key: 'none' }))
    await expect(other).rejects.toMatchObject({ name: 'NoSuchBucket' })
  })

  it('leaves a bucket that is there as it is', async () => {
    await engine.put('stays', Buffer.from('1'))
    await createBucket(engine.endpoint, Bucket)
    expect(await engine.keys('stays')).toEqual(['stays'])
  })

  it('keeps objects over a restart, the largest mail among them', async () => {
    const dir = join(root, 'kept')
    const large = randomBytes(40 * 1024 * 1024)
    const first = await startEngine(dir)
    await putObject(first.client, { Bucket, Key: 'inbox/large', Body: large })
    await putObject(first.client, { Bucket, Key: 'inbox/small', Body: Buffer.from('\0\r\n.\r\n') })
    await first.close()
    const second = await startEngine(dir)
    const copy = { Bucket, Key: 'copied', CopySource: `${Bucket}/inbox/small` }
    await second.client.send(new CopyObjectCommand(copy))
    expect(await second.bytes('copied')).toEqual(Buffer.from('\0\r\n.\r\n'))
    expect((await second.bytes('inbox/large')).equals(large)).toBe(true)
    await second.close()
  })

  it('stays in its folder, whatever a key says', async () => {
    const kept = await startEngine(join(root, 'inner'))
    await kept.put('../../../../outside', Buffer.from('x'))
    expect(await kept.keys()).toEqual(['../../../../outside'])
    await kept.close()
    const files = readdirSync(root, { recursive: true }).map(String)
    expect(files.filter((name) => name.includes('outside'))).toEqual([])
  })

  it.each([
    ['a web page', { origin: 'https://example.com' }],
    ['a name that is not ours', { host: 'inbox.example.com' }],
  ])('refuses %s', async (_who, headers) => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${engine.endpoint}/${Bucket}/stays`, { headers }, ({ statusCode }) =>
        resolve(statusCode),
      )
      sent.once('error', reject).end()
    })
    expect(status).toBe(421)
  })
})

describe('engineEnv', () => {
  const engines = { dynamodb: 'http://a', sqs: 'http://b', secretsManager: 'http://c', s3: 'http://d' }

  it('names the engines of mail to a function, where there are any', () => {
    expect(engineEnv({ ...engines, ses: 'http://e' })).toMatchObject({
      AWS_ENDPOINT_URL_S3: 'http://d',
      AWS_ENDPOINT_URL_SES: 'http://e',
    })
    expect(Object.keys(engineEnv(engines)).join()).not.toMatch(/SES/)
  })
})
