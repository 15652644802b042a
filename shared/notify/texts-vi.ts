import type { Texts } from './texts.ts'

export const vi: Texts = {
  subjects: {
    confirm: ({ name }) => `Hãy xác nhận yêu cầu xoá dữ liệu – ${name}`,
    confirmed: ({ name }) => `Yêu cầu xoá dữ liệu của bạn đã được xác nhận – ${name}`,
    extended: ({ name }) => `Yêu cầu xoá dữ liệu của bạn cần thêm thời gian – ${name}`,
    done: ({ name }) => `Yêu cầu xoá dữ liệu của bạn đã hoàn tất – ${name}`,
    refused: ({ name }) => `Về yêu cầu xoá dữ liệu của bạn – ${name}`,
  },
  confirm: {
    asked: ({ name }) =>
      `Có người, hẳn là bạn, đã yêu cầu ${name} xoá dữ liệu gắn với địa chỉ email này. Để chắc rằng yêu cầu là của bạn, hãy mở đường dẫn dưới đây và xác nhận trên trang đó. Chưa có gì bị xoá trước khi bạn xác nhận.`,
    link: 'Xác nhận yêu cầu:',
    linkEnds: (day) => `Đường dẫn này dùng được đến ${day}.`,
    what: 'Sau khi bạn xác nhận, nếu chúng tôi có dữ liệu gắn với địa chỉ này, những loại sau sẽ được tìm và xoá:',
    kept: 'Những gì pháp luật buộc phải giữ sẽ được giữ lại, và trang trạng thái sẽ cho biết vì sao.',
    notYou: 'Nếu bạn không yêu cầu, bạn không cần làm gì: không có gì bị xoá, và yêu cầu sẽ tự hết hạn.',
  },
  confirmed: {
    thanks: ({ name }) => `${name} đã nhận được xác nhận của bạn.`,
    starts: (day) => `Việc xoá sẽ bắt đầu vào ${day}. Đến lúc đó bạn vẫn có thể rút lại yêu cầu.`,
    startsNow: 'Việc xoá sẽ bắt đầu ngay. Bạn chỉ còn có thể rút lại yêu cầu khi chưa có gì bị xoá.',
    due: (day) => `Yêu cầu sẽ được thực hiện xong chậm nhất vào ${day}. Khi xong, chúng tôi sẽ viết cho bạn.`,
    withdraw: 'Rút lại yêu cầu:',
  },
  done: {
    done: ({ name }) =>
      `${name} đã thực hiện xong yêu cầu của bạn, và đã tìm lại để chắc rằng không còn sót gì.`,
    nothingFound: ({ name }) =>
      `${name} đã tìm theo địa chỉ email này và không thấy bản ghi nào, nên không có gì để xoá.`,
    erased: 'Đã xoá:',
    redacted: 'Vẫn còn vì có người khác dùng chung, nhưng đã bỏ những chi tiết về bạn:',
    retained: 'Được giữ lại:',
    keptUntil: (what, because, day) => `${what}. ${because}${day === undefined ? '' : ` Giữ đến ${day}.`}`,
    backups: (day) => `Dữ liệu trong các bản sao lưu sẽ hết hạn chậm nhất vào ${day}.`,
    backupsUnknown:
      'Các bản sao lưu có thể còn giữ dữ liệu trong một thời gian; chưa xác định được đến khi nào.',
    otherAddress: ({ contactEmail }) =>
      `Nếu bạn còn dùng địa chỉ email khác với chúng tôi, hãy gửi yêu cầu từ địa chỉ đó, hoặc viết cho ${contactEmail}.`,
  },
  extended: {
    extended: ({ name }) => `${name} đang thực hiện yêu cầu của bạn và cần thêm thời gian.`,
    due: (day) => `Yêu cầu sẽ được thực hiện chậm nhất vào ${day}. Chúng tôi sẽ viết cho bạn khi hoàn tất.`,
    complain: ({ contactEmail }) =>
      `Nếu bạn không đồng ý, hãy viết cho ${contactEmail}. Bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
  },
  refused: {
    decided: ({ name }) => `${name} đã xem xét và quyết định không thực hiện yêu cầu của bạn.`,
    refused: ({ name }) =>
      `${name} đã xem xét và quyết định không thực hiện yêu cầu của bạn, vì pháp luật hoặc một lý do chính đáng khác không cho phép. Trang trạng thái cho biết thêm.`,
    complain: ({ contactEmail }) =>
      `Nếu bạn không đồng ý, hãy viết cho ${contactEmail}. Bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
  },
  code: 'Mã xác nhận:',
  status: 'Theo dõi yêu cầu tại:',
  closing: ({ name, postalAddress, contactEmail }) =>
    `${name}, ${postalAddress}. Thư này được gửi tự động; câu hỏi xin gửi đến ${contactEmail}.`,
}
