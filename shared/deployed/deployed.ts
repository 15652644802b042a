/** What DynamoDB tells of the tables as they are deployed, as far as a data map can be wrong about it. */

/** What a call told, or why it could not: nobody may take the one for the other. */
export type Answer<T> =
  | { readonly is: 'told'; readonly value: T }
  /** The permission that is missing, such as `dynamodb:DescribeTable`. */
  | { readonly is: 'denied'; readonly permission: string }
  /** An operation that this engine does not have; AWS has them all. */
  | { readonly is: 'unknown'; readonly operation: string }

export interface DeployedKeyPart {
  readonly name: string
  readonly type: string
  readonly role: 'HASH' | 'RANGE'
}

export interface DeployedIndex {
  readonly key: readonly DeployedKeyPart[]
  readonly status: string
  /** What it carries beside the keys. */
  readonly projection: 'ALL' | readonly string[]
}

export interface DeployedTable {
  readonly status: string
  readonly key: readonly DeployedKeyPart[]
  readonly indexes: Readonly<Record<string, DeployedIndex>>
  /** Of whatever key of KMS, the one that AWS manages for DynamoDB included. */
  readonly kmsKeyArn?: string
  /** Other regions. */
  readonly replicas: readonly string[]
  readonly hasStream: boolean
  /** Both as DynamoDB counted them within the last six hours or so. */
  readonly bytes: number
  readonly items: number
  readonly kinesisStreams: Answer<readonly string[]>
  /** How far back the table can be restored; 0 if it cannot. */
  readonly recoveryDays: Answer<number>
  readonly timeToLive: Answer<string | undefined>
  readonly sample: Answer<readonly SampledItem[]>
}

export interface Deployed {
  /** When they were looked at. */
  readonly at: Date
  /** As the tables' ARNs tell it. */
  readonly region?: string
  readonly account?: string
  /** The tables of the map, by name in DynamoDB. Undefined: there is none of that name. */
  readonly tables: ReadonlyMap<string, Answer<DeployedTable | undefined>>
  /** All names in this account and region. */
  readonly listed: Answer<readonly string[]>
  /** Which of them are ledgers of this system. */
  readonly ledgers: readonly string[]
  /** Neither mapped nor waived, and nobody was permitted to see what they are. */
  readonly unrecognised: readonly string[]
  /** When the backups of each table were made, by its name. */
  readonly backups: Answer<ReadonlyMap<string, readonly Date[]>>
}

/** An item of a sample: its attributes, and of each the text if it is a text, a number or true or false. */
export type SampledItem = Readonly<Record<string, string | undefined>>
