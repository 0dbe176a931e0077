// The owner's page of `ecluse focus`, opened as a file: it fetches nothing, runs nothing, fits a telephone and a desk, by day and by night, and what is written on its bars can be read.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { desktop, findFaults, openBrowser, phone, program, skipUnlessPossible, source } from './support.mjs'

skipUnlessPossible()
const words = {
  en: { title: 'Where to put the hours', stop: 'stop', shares: 'share of the hours', frontier: 'by number of activities', bottleneck: 'What an hour of fitters brings' },
  fr: { title: 'Où mettre les heures', stop: 'arrêter', shares: 'part des heures', frontier: 'selon le nombre d’activités', bottleneck: 'Ce qu’une heure de fitters rapporte' }
}
let folder
let browser

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ecluse-report-'))
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

function made(example, language) {
  const file = path.join(folder, `${example}-${language}.html`)
  const done = spawnSync(program, ['focus', path.join(source, 'examples', example, 'shop.yaml'), '--html', file, '--lang', language], { encoding: 'utf8' })
  assert.equal(done.status, 0, done.stderr)
  return { file, text: done.stdout }
}

async function opened(file, viewport, colorScheme) {
  const context = await browser.newContext({ javaScriptEnabled: true, viewport, colorScheme })
  const page = await context.newPage()
  const asked = []
  page.on('request', request => asked.push(request.url()))
  page.on('console', message => asked.push(message.text()))
  await page.goto(`file://${file}`)
  assert.deepEqual(asked, [`file://${file}`])
  return page
}

/** Cells of numbers that take more than one line, and names that are cut within a word or leave their cell. */
function lookAtTables(page) {
  return page.evaluate(() => {
    const faults = []
    const linesOf = (node, from, to) => {
      const range = document.createRange()
      range.setStart(node, from)
      range.setEnd(node, to)
      return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size
    }
    const textsOf = cell => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
      const texts = []
      while (walker.nextNode()) texts.push(walker.currentNode)
      return texts
    }
    for (const cell of document.querySelectorAll('td:not(.words)')) {
      for (const text of textsOf(cell)) {
        if (linesOf(text, 0, text.length) > 1) faults.push(`broken: ${text.data}`)
      }
    }
    for (const cell of document.querySelectorAll('.scroll th:first-child')) {
      if (cell.scrollWidth > cell.clientWidth + 1) faults.push(`outside: ${cell.textContent}`)
      for (const text of textsOf(cell)) {
        for (const word of text.data.matchAll(/[\p{L}\d]+/gu)) {
          if (word[0].length < 13 && linesOf(text, word.index, word.index + word[0].length) > 1) faults.push(`cut: ${word[0]}`)
        }
      }
    }
    return faults
  })
}

/** Texts of the plots that lie upon each other or leave their plot; the contrast of bars with what is behind them. */
function lookAtPlots(page) {
  return page.evaluate(() => {
    const faults = []
    const colour = text => text.match(/[\d.]+/g).slice(0, 3).map(Number)
    const light = rgb => {
      const [r, g, b] = rgb.map(value => value / 255).map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)
    for (const figure of document.querySelectorAll('figure')) {
      const card = colour(getComputedStyle(figure).backgroundColor)
      const frame = figure.getBoundingClientRect()
      const texts = [...figure.querySelectorAll('svg text')]
      for (const bar of figure.querySelectorAll('.bar')) {
        if (contrast(colour(getComputedStyle(bar).fill), card) < 3) faults.push(`pale bar: ${getComputedStyle(bar).fill}`)
      }
      for (const text of texts) {
        const box = text.getBoundingClientRect()
        if (contrast(colour(getComputedStyle(text).fill), card) < 4.5) faults.push(`pale: ${text.textContent}`)
        if (box.right > frame.right + 1 || box.left < frame.left - 1) faults.push(`outside: ${text.textContent}`)
        if (box.height < 9) faults.push(`tiny: ${text.textContent}`)
      }
      for (let i = 1; i < texts.length; i++) {
        const [a, b] = [texts[i - 1].getBoundingClientRect(), texts[i].getBoundingClientRect()]
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (across > 1 && down > 4) faults.push(`upon each other: ${texts[i - 1].textContent} / ${texts[i].textContent}`)
      }
    }
    return faults
  })
}

for (const language of ['en', 'fr']) {
  for (const example of ['shopbreizh', 'service']) {
    for (const [viewport, colorScheme] of [[phone, 'dark'], [desktop, 'light'], [phone, 'light'], [desktop, 'dark']]) {
      test(`${example} in ${language}, ${viewport.width} wide, ${colorScheme}`, async () => {
        const { file, text } = made(example, language)
        const page = await opened(file, viewport, colorScheme)
        const say = words[language]
        assert.equal(await page.innerText('h1'), say.title)
        // The first sentence of the terminal is the page's.
        assert.equal(await page.innerText('p.first'), text.split('\n')[0])
        assert.deepEqual(await findFaults(page), [])
        assert.deepEqual(await lookAtTables(page), [])
        assert.deepEqual(await lookAtPlots(page), [])
        const captions = await page.locator('figcaption').allInnerTexts()
        assert.ok(captions.some(caption => caption.includes(say.shares)), captions)
        assert.ok(captions.some(caption => caption.includes(say.frontier)), captions)
        assert.equal(captions.some(caption => caption.includes(say.bottleneck)), example === 'service', captions)
        assert.equal(await page.locator('.tag-stop').count(), example === 'service' ? 0 : 1)
        if (example === 'shopbreizh') assert.equal(await page.innerText('.tag-stop'), say.stop)
        await page.context().close()
      })
    }
  }
}
