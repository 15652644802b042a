/**
 * A function holding: the files of a person in a versioned bucket, under `users/USER_ID/`, with all older versions.
 *
 *   files: { function: 'arn:aws:lambda:…:function:erase-files', action: 'erase', category: 'documents', scope: 'account' }
 *
 * Lists of S3 show every deletion at once, so `verify` proves that the bucket has nothing left; it says nothing of replicas
 * and other copies.
 */

import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { OutsideAnswer, OutsideEvent } from '../../shared/person/company-function.ts'

const Bucket = process.env['FILES_BUCKET'] ?? ''
const client = new S3Client({})

/** Where it goes on: at which of the user ids, and behind which version. */
interface Cursor {
  readonly user: number
  readonly KeyMarker?: string | undefined
  readonly VersionIdMarker?: string | undefined
}

export default async function s3Versions(event: OutsideEvent): Promise<OutsideAnswer> {
  return versionsOf(event).catch(nameOnly)
}

async function versionsOf({ phase, identities, cursor }: OutsideEvent): Promise<OutsideAnswer> {
  const users = identities['userId'] ?? []
  const { user, ...after } = cursor === undefined ? { user: 0 } : (JSON.parse(cursor) as Cursor)
  const userId = users[user]
  if (userId === undefined) return { items: 0, done: true }
  // Without its end, or with a slash in it, the prefix would take in somebody else.
  if (!/^[\w-]+$/.test(userId)) throw new Error('a user id that cannot name a folder')
  const page = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: `users/${userId}/`, MaxKeys: 1000, ...after }),
  )
  const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
    Key,
    VersionId,
  }))
  if (phase === 'erase' && versions.length > 0) {
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: versions, Quiet: true } }),
    )
    // Under a lock, say. The keys of what stays name the person: they go into no text.
    if (Errors.length > 0) throw new Error(`${Errors.length} versions would not go`)
  }
  const next: Cursor = page.IsTruncated
    ? { user, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    : { user: user + 1 }
  const done = next.user === users.length
  return { items: versions.length, done, ...(!done && { cursor: JSON.stringify(next) }) }
}

/** Lambda logs what is thrown, and what S3 says may repeat a key, which names the person. */
function nameOnly(error: unknown): never {
  throw error instanceof S3ServiceException ? new Error(`S3 was asked in vain: ${error.name}`) : error
}
