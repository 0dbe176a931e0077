/*
 * The style of the reports' pages, inside them. A cell of a table holds numbers and is not broken:
 * a sign would stand alone at the end of a line. One that holds a sentence has the class `words`.
 */
#ifndef ECLUSE_COMMANDS_REPORT_STYLE_H
#define ECLUSE_COMMANDS_REPORT_STYLE_H

#define REPORT_STYLE                                                                               \
    ":root{--ink:#1d2733;--quiet:#5b6876;--paper:#f6f4ef;--card:#fff;--line:#d9d5cb;"              \
    "--today:#b3401f;--ordinary:#6d6a75;--ecluse:#0b6b6f}"                                         \
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--quiet:#a3abb5;--paper:#14181d;"       \
    "--card:#1d232a;--line:#343c46;--today:#ff8a65;--ordinary:#b0aab8;--ecluse:#4fc3c0}}"          \
    "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);"              \
    "font:17px/1.5 system-ui,sans-serif}main{max-width:1000px;margin:0 auto;padding:24px 18px "    \
    "60px}h1{font-size:clamp(26px,5vw,40px);line-height:1.15;margin:0 0 4px}h2{font-size:22px;"    \
    "margin:32px 0 10px}.lead{color:var(--quiet);margin:0 0 22px}.pair{display:grid;gap:16px;"     \
    "grid-template-columns:1fr 1fr}.side{background:var(--card);border:1px solid var(--line);"     \
    "border-top:6px solid;border-radius:8px;padding:16px 18px}.side h2,.side "                     \
    "h3{margin:0;font-size:18px}"                                                                  \
    ".side.today{border-top-color:var(--today)}.side.ecluse{border-top-color:var(--ecluse)}"       \
    ".big{font-size:clamp(38px,8vw,60px);font-weight:700;line-height:1.1;margin:8px 0 0}"          \
    ".big.money{font-size:clamp(25px,6.6vw,56px)}.side{min-width:0}.today "                        \
    ".big{color:var(--today)}.ecluse .big{color:var(--ecluse)}.what{margin:0 0 10px;"              \
    "color:var(--quiet)}.side ul{margin:0;padding:0;list-style:none}.side li{padding:6px 0;"       \
    "border-top:1px solid var(--line)}.side b{font-variant-numeric:tabular-nums}"                  \
    "ol.steps{margin:0;padding:0;list-style:none;counter-reset:n}ol.steps li{counter-increment:n;" \
    "background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px "     \
    "12px 56px;margin:0 0 8px;position:relative}ol.steps li::before{content:counter(n);"           \
    "position:absolute;left:16px;top:12px;width:28px;height:28px;border-radius:50%;"               \
    "background:var(--ink);color:var(--paper);text-align:center;font-weight:700;line-height:28px}" \
    "ol.steps small{display:block;color:var(--quiet)}.note{color:var(--quiet)}"                    \
    ".together{background:var(--card);border:1px solid var(--line);border-left:6px solid "         \
    "var(--ecluse);border-radius:8px;padding:10px 18px;margin:14px 0}.together p{margin:4px 0}"    \
    ".together ul{margin:4px 0;padding-left:22px}"                                                 \
    ".first{font-size:20px;margin:18px 0 "                                                         \
    "14px}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:600px;"      \
    "background:var(--card)}th,td{padding:8px 10px;border-bottom:1px solid var(--line);"           \
    "text-align:right;font-variant-numeric:tabular-nums}th:first-child{text-align:left}"           \
    ".group{color:var(--quiet);font-weight:400}"                                                   \
    "td{white-space:nowrap}td.words{white-space:normal}"                                           \
    "td small{color:var(--quiet);display:block}figure{margin:0 0 18px;background:var(--card);"     \
    "border:1px solid var(--line);border-radius:8px;padding:12px}figcaption{font-weight:600}"      \
    "svg{width:100%;height:auto;display:block}.grid{stroke:var(--line)}.axis{fill:var(--quiet);"   \
    "font-size:12px}.mark{stroke:var(--quiet);stroke-dasharray:4 3}.line{fill:none;"               \
    "stroke-width:2.5}.line-0{stroke:var(--today)}.line-1{stroke:var(--ordinary);"                 \
    "stroke-dasharray:7 4}.line-2{stroke:var(--ecluse)}.line-3{stroke:var(--ink);"                 \
    "stroke-dasharray:2 3}.name-3{fill:var(--ink)}.name{font-size:13px;font-weight:600}"           \
    ".name-0{fill:var(--today)}.name-1{fill:var(--ordinary)}.name-2{fill:var(--ecluse)}"           \
    ".bars svg{overflow:visible}.bars svg .name{font-size:14px;font-weight:400;fill:var(--ink)}"   \
    ".bars svg .words{font-size:14px;fill:var(--quiet)}.bar-0{fill:var(--ecluse)}"                 \
    ".bar-1{fill:var(--ordinary)}.zero{stroke:var(--line)}"                                        \
    "th.words,td.words{text-align:left}.bars figcaption{margin-bottom:6px}.tag{border:1px "        \
    "solid;border-radius:12px;padding:1px "                                                        \
    "10px;font-size:15px;font-weight:600;"                                                         \
    "white-space:nowrap}.tag-stop,.tag-shrink{color:var(--today)}"                                 \
    ".tag-grow,.tag-start{color:var(--ecluse)}.careful{font-weight:600}"                           \
    "th small{font-weight:400;color:var(--quiet)}"                                                 \
    "summary{cursor:pointer;padding:6px 0}"                                                        \
    "@media(max-width:620px){.scroll th:first-child{position:sticky;left:0;min-width:30vw;"        \
    "max-width:44vw;font-size:15px;"                                                               \
    "background:var(--card);overflow-wrap:break-word}.pair{grid-template-columns:1fr "             \
    "1fr;gap:8px}.side{padding:12px}"                                                              \
    ".side li,.what{font-size:15px}svg .axis,svg .name{font-size:17px}}"

#endif
