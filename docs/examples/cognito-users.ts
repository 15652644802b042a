/**
 * A function holding: the user of a Cognito pool, found by `sub` and by email address.
 *
 *   login: { function: 'arn:aws:lambda:…:function:erase-login', action: 'erase', category: 'login', scope: 'account' }
 *
 * ListUsers may lag behind the pool, so whom it shows is asked for by name before anything is said. `verify` therefore proves
 * that the users on the list are gone; one who was made moments ago may not be on it yet. Where users may sign in with an
 * address that nobody has verified, leave `email` out: it would take away whoever has typed it.
 */

import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import type { OutsideAnswer, OutsideEvent } from '../../shared/person/company-function.ts'

const UserPoolId = process.env['USER_POOL_ID'] ?? ''
const client = new CognitoIdentityProviderClient({})

/** Where it goes on: at which of the values, and on which page of its users. */
interface Cursor {
  readonly value: number
  readonly PaginationToken?: string | undefined
}

export default async function cognitoUsers(event: OutsideEvent): Promise<OutsideAnswer> {
  return usersOf(event).catch(nameOnly)
}

async function usersOf({ phase, identities, cursor }: OutsideEvent): Promise<OutsideAnswer> {
  const filters = [
    ...(identities['cognitoSub'] ?? []).map((sub) => filter('sub', sub)),
    ...(identities['email'] ?? []).map((email) => filter('email', email)),
  ]
  const { value, ...page } = cursor === undefined ? { value: 0 } : (JSON.parse(cursor) as Cursor)
  const Filter = filters[value]
  if (Filter === undefined) return { items: 0, done: true }
  const { Users = [], PaginationToken } = await client.send(
    new ListUsersCommand({ UserPoolId, Filter, Limit: 60, AttributesToGet: ['sub'], ...page }),
  )
  let items = 0
  for (const { Username } of Users) {
    const user = { UserPoolId, Username }
    const answer =
      phase === 'erase'
        ? client.send(new AdminDeleteUserCommand(user))
        : client.send(new AdminGetUserCommand(user))
    if (await wasThere(answer)) items += 1
  }
  const next: Cursor = PaginationToken === undefined ? { value: value + 1 } : { value, PaginationToken }
  const done = next.value === filters.length
  return { items, done, ...(!done && { cursor: JSON.stringify(next) }) }
}

/** The whole value: `^=` would find everybody whose address begins so. */
const filter = (attribute: string, value: string): string =>
  `${attribute} = "${value.replaceAll(/["\\]/g, '\\$&')}"`

async function wasThere(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer
    return true
  } catch (error) {
    // Any call may come twice.
    if (error instanceof UserNotFoundException) return false
    throw error
  }
}

/** Lambda logs what is thrown, and what Cognito says may repeat the filter, which names the person. */
function nameOnly(error: unknown): never {
  throw new Error(`Cognito was asked in vain: ${error instanceof Error ? error.name : 'unknown'}`)
}
