/** Mail in S3: `inbox/<id>` as SES puts it there, `replies/<request key>/<id>`. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Inbox, WaitingMail } from './receive.ts'

const INBOX = 'inbox/'
const REPLIES = 'replies/'
/** The headers and the language are told by the beginning. */
const MAX_READ_BYTES = 512 * 1024

export function s3Inbox(client: S3Client, bucket: string): Inbox {
  const objectOf = (id: string) => ({ Bucket: bucket, Key: `${INBOX}${id}` })
  return {
    async read(id) {
      try {
        const Range = `bytes=0-${MAX_READ_BYTES - 1}`
        const { Body } = await client.send(new GetObjectCommand({ ...objectOf(id), Range }))
        return await Body?.transformToByteArray()
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        // An empty object has no first byte.
        if (error instanceof Error && error.name === 'InvalidRange') return new Uint8Array()
        throw error
      }
    },

    async remove(id) {
      await client.send(new DeleteObjectCommand(objectOf(id)))
    },

    async keepReply(id, request) {
      const to = { Bucket: bucket, Key: `${REPLIES}${request}/${id}` }
      await client.send(new CopyObjectCommand({ ...to, CopySource: `${bucket}/${INBOX}${id}` }))
    },

    async waiting() {
      const found: WaitingMail[] = []
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: INBOX })
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', LastModified } of Contents) {
          const id = Key.slice(INBOX.length)
          if (LastModified && isObjectId(id)) found.push({ id, since: LastModified })
        }
      }
      return found.toSorted((a, b) => a.since.getTime() - b.since.getTime())
    },
  }
}

/** SES also writes a note of its own when the rule is made, which is no mail. */
const isObjectId = (id: string): boolean => /^[A-Za-z0-9-]{16,}$/.test(id)
