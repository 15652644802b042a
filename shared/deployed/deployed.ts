/** The deployed tables as DynamoDB describes them, as far as a data map can be wrong about them. */

/** What one call to DynamoDB told, or why it told nothing: the two must never be confused. */
export type CallResult<T> =
  | { readonly is: 'told'; readonly value: T }
  /** The permission that is missing, such as `dynamodb:DescribeTable`. */
  | { readonly is: 'denied'; readonly permission: string }
  /** An operation that this engine does not have; AWS has them all. */
  | { readonly is: 'unsupported'; readonly operation: string }

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
  /** Of the KMS key, also if AWS manages it for DynamoDB. Absent: a key that AWS owns. */
  readonly kmsKeyArn?: string
  /** Other regions. */
  readonly replicas: readonly string[]
  readonly hasStream: boolean
  /** Both as DynamoDB counted them within the last six hours or so. */
  readonly bytes: number
  readonly items: number
  readonly kinesisStreams: CallResult<readonly string[]>
  /** How far back the table can be restored; 0 if it cannot. */
  readonly recoveryDays: CallResult<number>
  readonly timeToLive: CallResult<string | undefined>
  readonly sample: CallResult<readonly SampledItem[]>
}

export interface Deployed {
  /** When they were looked at. */
  readonly at: Date
  /** From the tables' ARNs. */
  readonly region?: string
  readonly account?: string
  /** The tables of the map, by name in DynamoDB. Undefined: there is none of that name. */
  readonly tables: ReadonlyMap<string, CallResult<DeployedTable | undefined>>
  /** All names in this account and region. */
  readonly listed: CallResult<readonly string[]>
  /** Which of them are ledgers of this system. */
  readonly ledgers: readonly string[]
  /** Neither mapped nor waived, and not permitted to be described. */
  readonly unrecognised: readonly string[]
  /** When the backups of each table were made, by its name. */
  readonly backups: CallResult<ReadonlyMap<string, readonly Date[]>>
}

/** An item of a sample: its attributes, and of each the text if it is a text, a number or true or false. */
export type SampledItem = Readonly<Record<string, string | undefined>>
