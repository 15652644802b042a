/** The sample company's records of its people, by table of `deletion.config.ts`. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { mapValues } from '../../../shared/data-map/map-hash.ts'
import { ONLY_A_LINK, PEOPLE, type SamplePerson, type SampleShop, TWO_THOUSAND_ITEMS } from './people.ts'

export type SampleItem = Record<string, AttributeValue>

export const sampleItems = () => ({
  app: [...ACCOUNTS.flatMap(account), ...PEOPLE.flatMap(links), ...SHOPS.flatMap(sharedByShop)],
  lines: ACCOUNTS.flatMap((person) => orderNumbers(person).flatMap((no, at) => linesOf(person, no, at))),
  chat: THREADS.flatMap(messages),
  bills: ACCOUNTS.flatMap(bills),
  invitations: SHOPS.flatMap(invitations),
  subscriptions: ACCOUNTS.flatMap(({ number, email }) =>
    TOPICS.slice(0, number % 3).map((topic) => item({ email, topic, since: time(number, 3) })),
  ),
})

const TOPICS = ['news', 'offers']
const BROWSERS = ['Firefox on Linux', 'Safari on iPhone', 'Chrome on Windows', 'Edge on Windows']
const PAGES = ['/', '/plans', '/help', '/orders', '/themes', '/domains']
const GOODS = ['Gói phần mềm một tháng', 'Gói phần mềm một năm', 'Giao diện cửa hàng', 'Máy quét mã vạch']
const WORDS = [
  'Đơn này giao chưa?',
  'Mai giao nhé.',
  'Máy in lại hỏng rồi.',
  'Để tôi xem giúp.',
  'Cảm ơn nhiều!',
]

const ACCOUNTS = PEOPLE.filter(({ number }) => number !== ONLY_A_LINK)
const SHOPS = Object.values(Object.groupBy(PEOPLE, ({ shop }) => shop?.storeId ?? '')).flatMap(
  (people = []) => {
    const shop = people[0]?.shop
    return shop ? [{ shop, people }] : []
  },
)
/** Between neighbours: 1 with 2, 3 with 4, … */
const THREADS = ACCOUNTS.flatMap((person, at) => {
  const other = ACCOUNTS[at + 1]
  const thread = `T-${String(person.number).padStart(3, '0')}`
  return at % 2 === 0 && other ? [{ thread, people: [person, other] as const }] : []
})

/** Every item in the partition of an account, except its links. */
function account(person: SamplePerson): readonly SampleItem[] {
  const { number, name, age, email, mobile, landline, address, metaName, ips, shop, userId } = person
  const own = (SK: string, fields: Fields) => item({ PK: `USER#${userId}`, SK, ...fields })
  const times = (count: number, make: (at: number) => SampleItem) =>
    Array.from({ length: count }, (_, at) => make(at))
  const many = number === TWO_THOUSAND_ITEMS

  return [
    own('PROFILE', {
      userId,
      name,
      age,
      email,
      mobile,
      landline,
      address,
      metaName,
      metaPicture: `p${number}.jpg`,
      lastSeenAt: time(number, 300),
      ...(hasLeft(person) && { contract: 'ended', endedAt: time(number, 40) }),
    }),
    own('LOGIN#email', { userId, EM: `EMAIL#${email}`, email }),
    ...orderNumbers(person).map((no, at) =>
      own(`ORDER#${no}`, {
        no,
        placedAt: time(number, at * 9),
        shipTo: address,
        phone: mobile,
        total: 290000 + at,
      }),
    ),
    ...times(2 + (number % 5), (at) =>
      own(`SESSION#${time(number, at)}`, {
        ip: ips[at % 2] ?? ips[0],
        browser: pick(BROWSERS, number + at),
        ...(shop && { deviceId: shop.deviceId }),
      }),
    ),
    ...times(many ? 1968 : 3 + ((number * 7) % 20), (at) =>
      own(`VIEW#${time(number, at % 300)}#${String(at).padStart(4, '0')}`, {
        page: pick(PAGES, number + at),
        ip: ips[at % 2] ?? ips[0],
        seconds: 5 + ((number * at) % 90),
      }),
    ),
    ...times(1 + (number % 3), (at) =>
      own(`FORM#${time(number, at * 5)}`, {
        kind: pick(['feedback', 'complaint', 'agreement'], at),
        from: name,
        text: pick(WORDS, number + at),
      }),
    ),
    ...times(1 + (number % 2), (at) =>
      own(`CONTACT#${time(number, at * 11)}`, {
        by: pick(['phone', 'email'], at),
        with: pick([mobile, email], at),
      }),
    ),
    // Without the other person's name, which would stay here when that person is erased.
    ...THREADS.filter(({ people }) => people.includes(person)).map(({ thread }) =>
      own(`THREAD#${thread}`, { thread }),
    ),
    ...(shop ? [own(`STORE#${shop.storeId}`, { ...shop }), ...places(person, shop)] : []),
  ]
}

/** Has ended the contract in February: by the data map's retention rule, everything is due since August. */
const hasLeft = ({ number }: SamplePerson): boolean => number % 10 === 9

/** A person's items in the partitions that the people of a shop share. */
const places = ({ userId, name }: SamplePerson, { storeId, deviceId, mailbox, role }: SampleShop) => [
  item({ PK: `STORE#${storeId}`, SK: `STAFF#${userId}`, name, role }),
  item({ PK: `DEVICE#${deviceId}`, SK: `USER#${userId}`, pinSet: true }),
  item({ PK: `MAILBOX#${mailbox}`, SK: `AGENT#${userId}`, signature: name }),
]

function links({ number, userId, facebookId, instagramId, email }: SamplePerson): readonly SampleItem[] {
  const link = (SK: string, fields: Fields) => item({ PK: `USER#${userId}`, SK, userId, ...fields })
  // A person without an account is known by the link alone, so the link has the email address, too.
  const address = number === ONLY_A_LINK ? { EM: `EMAIL#${email}`, email } : {}
  return [
    ...(facebookId ? [link('LINK#facebook', { FB: `FB#${facebookId}`, facebookId, ...address })] : []),
    ...(instagramId ? [link('LINK#instagram', { IG: `IG#${instagramId}`, instagramId })] : []),
  ]
}

const sharedByShop = ({ shop: { storeId, deviceId, mailbox } }: { readonly shop: SampleShop }) => [
  item({ PK: `STORE#${storeId}`, SK: 'PROFILE', name: `Cửa hàng mẫu ${storeId}`, mailbox, deviceId }),
  item({ PK: `STORE#${storeId}`, SK: 'SETTINGS', currency: 'VND', theme: 'bamboo' }),
  item({ PK: `DEVICE#${deviceId}`, SK: 'INFO', model: 'till', storeId }),
  item({ PK: `MAILBOX#${mailbox}`, SK: 'INFO', storeId }),
]

const orderNumbers = ({ number }: SamplePerson): readonly string[] =>
  Array.from({ length: 1 + (number % 4) }, (_, at) => `DH-${number * 100 + at + 10000}`)

const linesOf = ({ number, userId }: SamplePerson, orderNo: string, order: number): readonly SampleItem[] =>
  Array.from({ length: 1 + ((number + order) % 3) }, (_, at) =>
    item({ orderNo, line: at + 1, userId, goods: pick(GOODS, number + at), quantity: 1 + (at % 2) }),
  )

/** In turn, and without names in the text: a person's messages hold no data of the other person. */
const messages = ({ thread, people }: (typeof THREADS)[number]): readonly SampleItem[] =>
  Array.from({ length: 6 + (people[0].number % 7) }, (_, at) => {
    const { userId, name } = people[at % 2 === 0 ? 0 : 1]
    return item({ thread, message: at + 1, author: userId, authorName: name, body: pick(WORDS, at) })
  })

const bills = (person: SamplePerson): readonly SampleItem[] => {
  const { number, userId, name: buyer, address } = person
  const bill = (orderNo: string, at: number) => {
    const billNo = orderNo.replace('DH', 'HD')
    return item({
      billNo,
      userId,
      issuedAt: time(number, at * 9 + 1),
      buyer,
      address,
      total: 290000 + at,
      orderNo,
    })
  }
  return orderNumbers(person).slice(0, 3).map(bill)
}

/** The owner has invited the two others by email. */
const invitations = ({ shop, people }: (typeof SHOPS)[number]): readonly SampleItem[] => {
  const owner = people.find((person) => person.shop?.role === 'owner')
  return people.flatMap((invitee) =>
    owner && invitee !== owner
      ? [
          item({
            id: `inv-${shop.storeId}-${invitee.number % 3}`,
            storeId: shop.storeId,
            inviteeEmail: invitee.email,
            inviteeName: invitee.name,
            invitedBy: owner.userId,
            inviterName: owner.name,
            state: 'accepted',
          }),
        ]
      : [],
  )
}

/** An hour of the year 2026. */
const time = (number: number, step: number): string =>
  new Date(Date.UTC(2026, 0, 5) + number * 3_600_000 + step * 86_400_000).toISOString()

const pick = (from: readonly string[], at: number): string => from[at % from.length] ?? ''

type Fields = Readonly<Record<string, string | number | boolean>>

const item = (fields: Fields): SampleItem =>
  mapValues(fields, (value): AttributeValue => {
    if (typeof value === 'string') return { S: value }
    return typeof value === 'number' ? { N: String(value) } : { BOOL: value }
  })
