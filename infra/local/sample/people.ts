/** The invented people of the sample company. Every value derives from a number, so it is the same at every start. */

const SHOPS = 10
const GIVEN =
  'An Bình Châu Dung Giang Hạnh Hiếu Hoà Hùng Hương Khánh Kiên Lan Linh Long Mai Minh Nam Nga Ngân Ngọc Nhung Oanh Phong Phúc Phương Quân Quỳnh Sơn Tâm Thảo Thịnh Thu Trang Trung Tú Tuấn Uyên Vân Yến'.split(
    ' ',
  )
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ']
const MIDDLE = ['Ngọc', 'Thanh', 'Minh', 'Thu', 'Quang', 'Hải', 'Diệu']

/** These sign in with Instagram instead of Facebook. */
const INSTAGRAM_ONLY: readonly number[] = [38, 39]
/** The link is all that the company has of this person. */
export const ONLY_A_LINK = 40
/** An old customer with 2,000 items. */
export const TWO_THOUSAND_ITEMS = 31

export const PEOPLE = GIVEN.map((given, at) => person(at + 1, given))
export type SamplePerson = Readonly<(typeof PEOPLE)[number]>
export type SampleShop = Readonly<ReturnType<typeof shop>>

/** @param number From 1. The people of a shop have neighbouring numbers. */
function person(number: number, given: string) {
  const family = FAMILY[number % FAMILY.length] ?? ''
  const two = String(number).padStart(2, '0')
  const hasInstagram = INSTAGRAM_ONLY.includes(number) || number % 10 === 5
  return {
    number,
    userId: `u10${two}`,
    name: `${family} ${MIDDLE[number % MIDDLE.length] ?? ''} ${given}`,
    metaName: `${given} ${family}`,
    email: `${ascii(given)}.${ascii(family)}${two}@example.com`,
    mobile: `+84 900 000 0${two}`,
    landline: `+84 24 0000 00${two}`,
    address: `Số ${100 + number} Phố Tưởng Tượng, Hà Nội`,
    age: 22 + ((number * 7) % 40),
    // Of the home and of the phone, from the addresses reserved for documentation (RFC 5737).
    ips: [`192.0.2.${100 + number}`, `198.51.100.${100 + number}`] as const,
    facebookId: INSTAGRAM_ONLY.includes(number) ? undefined : facebookId(number),
    instagramId: hasInstagram ? `178414050000${100 + number}00` : undefined,
    shop: number <= SHOPS * 3 ? shop(number) : undefined,
  }
}

/**
 * 15 to 17 digits, as Meta gives them. Those with 17 are neighbours above 2^53: as JavaScript numbers, two people
 * would become one.
 */
function facebookId(number: number): string {
  const row = BigInt(Math.ceil(number / 3))
  if (number % 3 === 1) return String(10223000000000100n + row)
  return String((number % 3 === 2 ? 3100000000000100n : 122100000000100n) + row)
}

/** Three people share a shop, so it must stay when one of them is erased. */
function shop(number: number) {
  const two = String(Math.ceil(number / 3)).padStart(2, '0')
  return {
    storeId: `s${two}`,
    deviceId: `till-${two}`,
    mailbox: `shop${two}@example.org`,
    role: number % 3 === 2 ? 'owner' : 'staff',
  }
}

function ascii(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
}
