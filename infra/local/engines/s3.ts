/**
 * What this system needs of the embedded S3.
 *
 * The endpoint is an IP address, so the SDK uses paths for buckets by itself. What the engine has not, or otherwise: a
 * body of more than 11 MiB is 413 (in parts it is taken); checksums are stored, not compared; `IfNoneMatch` on a write is
 * ignored; `PutObjectTagging` overwrites the object; there are no versions; a lifecycle rule deletes nothing.
 */
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { engineClient } from './engines.ts'

/** The names of the buckets here: of the journal, and of mail that comes in. */
export const JOURNAL_BUCKET = 'journal'
export const INBOX_BUCKET = 'inbox'

/** Leaves a bucket that is there as it is. */
export async function createBucket(endpoint: string, name: string): Promise<void> {
  const client = new S3Client(engineClient(endpoint))
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }))
  } finally {
    client.destroy()
  }
}

export interface NewObject {
  readonly Bucket: string
  readonly Key: string
  readonly Body: Buffer
}

const PART_BYTES = 8 * 1024 * 1024

/** Stores an object of any size: in parts where the engine would not take it whole. */
export async function putObject(client: S3Client, { Body, ...where }: NewObject): Promise<void> {
  if (Body.length <= PART_BYTES) {
    await client.send(new PutObjectCommand({ ...where, Body }))
    return
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(where))
  const upload = { ...where, UploadId }
  const parts: CompletedPart[] = []
  for (let at = 0; at < Body.length; at += PART_BYTES) {
    const PartNumber = parts.length + 1
    const part = { ...upload, PartNumber, Body: Body.subarray(at, at + PART_BYTES) }
    const { ETag } = await client.send(new UploadPartCommand(part))
    parts.push({ PartNumber, ETag })
  }
  await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }))
}
