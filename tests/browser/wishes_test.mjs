// What is sold out is wished for, held as soon as it can be, and bought; where little is left, whoever came first goes first. Without
// JavaScript, in two languages, as a visitor sees it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, fillAddress, findFaults, openBrowser, openShop, openVisitor, payAndConfirm, phone, plainShop, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

let browser
let shop
before(async () => {
  browser = await openBrowser()
  shop = await openShop({ shopText: plainShop.replace('hold_minutes: 20', 'hold_minutes: 20, payment_minutes: 1, wish_minutes: 600') })
})
after(async () => {
  await browser?.close()
  await shop?.close()
})

function day(ahead) {
  return new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10)
}

const picture = async (page, name) => {
  if (process.env.ECLUSE_PICTURES) await page.screenshot({ path: `${process.env.ECLUSE_PICTURES}/${name}.png`, fullPage: true })
}

test('a wish: left, first in the queue, held, said yes to', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: phone })
  const { page } = visitor
  await page.goto('/offers/gone')
  await picture(page, 'wish-offer')
  await press(page, 'a.buy')
  assert.equal(await page.innerText('h1'), 'Leave a wish')
  await fillAddress(page)
  await page.fill('#quantity', '2')
  await page.fill('#latest', day(20))
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'wish-form')
  await press(page, 'form button.buy')
  assert.equal(await page.innerText('h1'), 'Your wish is waiting')
  assert.match(await page.innerText('main'), /You are the first in the queue/)
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'wish-waits')
  const address = page.url()

  const counted = shop.run('count', 'gone', '5')
  assert.equal(counted.status, 0, counted.stderr)
  await page.goto(address)
  assert.equal(await page.innerText('h1'), 'It is held for you')
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'wish-held')
  await press(page, 'a.buy')
  assert.match(await page.innerText('main'), /Already gone/)
  await picture(page, 'wish-order')
  await payAndConfirm(page)
  assert.match(await page.innerText('h1'), /confirmed/i)
  await page.goto(address)
  assert.equal(await page.innerText('h1'), 'Your wish has become an order')
  await visitor.done()
})

test('the form says what is wrong and keeps what was typed', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr', viewport: desktop })
  const { page } = visitor
  visitor.expectStatus(422)
  await page.goto('/wish?offer=rare')
  assert.match(await page.innerText('main'), /On peut le commander maintenant/)
  await fillAddress(page, { email: 'anne' })
  await page.fill('#latest', day(400))
  await press(page, 'form button.buy')
  const alert = await page.innerText('[role="alert"]')
  assert.match(alert, /Pour ce jour au plus tard/)
  assert.match(alert, /Adresse e-mail|Adresse électronique|E-mail/i)
  assert.equal(await page.inputValue('[name="name"]'), 'Anne Le Goff')
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'wish-errors')
  await visitor.done()
})

test('a wish is withdrawn, and opens for nobody else', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr', viewport: phone })
  const { page } = visitor
  await page.goto('/wish?offer=gone')
  await fillAddress(page)
  await page.fill('#quantity', '9')
  await page.fill('#latest', day(20))
  await press(page, 'form button.buy')
  const address = page.url()
  const stranger = await openVisitor(browser, shop, { language: 'fr' })
  stranger.expectStatus(404)
  await stranger.page.goto(address)
  assert.equal(await stranger.page.innerText('h1'), 'Nous ne trouvons pas ce souhait')
  await stranger.done()
  await page.click('summary')
  await press(page, 'details button')
  assert.equal(await page.innerText('h1'), 'Votre souhait est retiré')
  await visitor.done()
})

test('little is left: whoever came first goes first, however fast the other is', async () => {
  const first = await openVisitor(browser, shop, { language: 'en', viewport: desktop })
  await first.page.goto('/offers/rare')
  await new Promise(resolve => setTimeout(resolve, 1100)) // arrivals are told apart by seconds
  const second = await openVisitor(browser, shop, { language: 'en', viewport: phone })
  second.expectStatus(503)
  await second.page.goto('/offers/rare')
  await first.page.fill('#quantity', '3') // all that there are
  await press(first.page, 'button.buy')
  await second.page.fill('#quantity', '1')
  await press(second.page, 'button.buy')
  await press(second.page, 'a.buy')
  assert.match(await second.page.innerText('[role="status"]'), /others came before you/)
  assert.deepEqual(await findFaults(second.page), [])
  await fillAddress(second.page)
  await press(second.page, 'button.buy')
  assert.match(await second.page.innerText('[role="status"]'), /others came before you/)
  assert.equal(await second.page.inputValue('[name="name"]'), 'Anne Le Goff', 'what was typed is kept')
  await picture(second.page, 'turn')
  // The first needs two only: there is one for the second.
  await first.page.fill('[name="units-rare"]', '2')
  await press(first.page, 'form button.plain')
  await press(second.page, 'button.buy')
  assert.match(second.page.url(), /\/orders\//)
  await press(first.page, 'a.buy')
  await fillAddress(first.page)
  await press(first.page, 'button.buy')
  assert.match(first.page.url(), /\/orders\//)
  await first.done()
  await second.done()
})
