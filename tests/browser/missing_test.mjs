// What was missing: asked on the page of an order, answered without JavaScript, in two languages, as a customer sees it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, fillAddress, findFaults, openBrowser, openShop, openVisitor, payAndConfirm, phone, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

let browser
let shop
before(async () => {
  browser = await openBrowser()
  shop = await openShop()
})
after(async () => {
  await browser?.close()
  await shop?.close()
})

const picture = async (page, name) => {
  if (process.env.ECLUSE_PICTURES) await page.screenshot({ path: `${process.env.ECLUSE_PICTURES}/${name}.png`, fullPage: true })
}

async function buy(page) {
  await page.goto('/offers/jar')
  await press(page, 'form button.buy')
  await page.goto('/checkout')
  await fillAddress(page)
  await press(page, 'form button.buy')
  assert.equal(await page.locator('#missing').count(), 0, 'nobody is asked before the order is made')
  await payAndConfirm(page)
}

test('it is said, thanked for, and replaced', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: phone })
  const { page } = visitor
  await buy(page)
  assert.equal(await page.innerText('#missing h2'), 'What were you missing?')
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'missing-asked')
  await page.fill('#missing-text', 'A <b>bicycle</b> with a basket')
  await press(page, '#missing button')
  assert.match(page.url(), /\?missing=thanks#missing$/)
  assert.match(await page.innerText('#missing [role="status"]'), /Thank you/)
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'missing-thanked')
  await page.fill('#missing-text', 'A bicycle')
  await press(page, '#missing button')
  const listed = shop.run('requests', '--json')
  const { requests } = JSON.parse(listed.stdout)
  assert.deepEqual(requests.map(each => [each.wants, each.source, each.from]), [['A bicycle', 'order', 'Anne Le Goff']])
  await visitor.done()
})

test('what is too long comes back, in French', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr', viewport: desktop })
  const { page } = visitor
  visitor.expectStatus(422)
  await buy(page)
  assert.match(await page.innerText('#missing h2'), /Que vous a-t-il manqué\s\?/)
  const typed = 'é"<>'.repeat(60)
  await page.locator('#missing-text').evaluate((field, text) => { field.removeAttribute('maxlength'); field.value = text }, typed)
  await press(page, '#missing button')
  assert.match(await page.innerText('#missing-error'), /plus de 200 caractères/)
  assert.equal(await page.inputValue('#missing-text'), typed)
  assert.deepEqual(await findFaults(page), [])
  await picture(page, 'missing-too-long')
  await visitor.done()
})
