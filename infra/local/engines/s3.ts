/** Buckets and objects in the embedded S3; docs/local-mail.md lists its differences from S3. */
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

export const JOURNAL_BUCKET = 'journal'
/** Of received mail. */
export const INBOX_BUCKET = 'inbox'

/** Leaves an existing bucket as it is. */
export async function createBucket(endpoint: string, name: string): Promise<void> {
  const client = new S3Client(engineClient(endpoint))
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }))
  } finally {
    client.destroy()
  }
}

const PART_BYTES = 8 * 1024 * 1024

/** Stores an object of any size, in parts where the engine would refuse it whole. */
export async function putObject(
  client: S3Client,
  { Body, ...where }: { Bucket: string; Key: string; Body: Buffer },
): Promise<void> {
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
