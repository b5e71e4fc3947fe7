// SPDX-License-Identifier: Apache-2.0
// What make_subscribers draws from. Surnames and given names are common ones;
// towns, buildings and devices do not exist. Municipalities, their codes and
// the first three digits of their postal codes are real.
#ifndef ANON_EXAMPLES_DATA_SUBSCRIBER_LISTS_H_
#define ANON_EXAMPLES_DATA_SUBSCRIBER_LISTS_H_

#include <cstddef>

namespace subscribers {

struct Name {
  const char* kanji;
  const char* kana;
  const char* romaji;
};

// The earlier, the more frequent.
constexpr Name kSurnames[] = {{"佐藤", "サトウ", "sato"},
                              {"鈴木", "スズキ", "suzuki"},
                              {"高橋", "タカハシ", "takahashi"},
                              {"田中", "タナカ", "tanaka"},
                              {"伊藤", "イトウ", "ito"},
                              {"渡辺", "ワタナベ", "watanabe"},
                              {"山本", "ヤマモト", "yamamoto"},
                              {"中村", "ナカムラ", "nakamura"},
                              {"小林", "コバヤシ", "kobayashi"},
                              {"加藤", "カトウ", "kato"},
                              {"吉田", "ヨシダ", "yoshida"},
                              {"山田", "ヤマダ", "yamada"},
                              {"佐々木", "ササキ", "sasaki"},
                              {"山口", "ヤマグチ", "yamaguchi"},
                              {"松本", "マツモト", "matsumoto"},
                              {"井上", "イノウエ", "inoue"},
                              {"木村", "キムラ", "kimura"},
                              {"林", "ハヤシ", "hayashi"},
                              {"斎藤", "サイトウ", "saito"},
                              {"清水", "シミズ", "shimizu"},
                              {"山崎", "ヤマザキ", "yamazaki"},
                              {"森", "モリ", "mori"},
                              {"池田", "イケダ", "ikeda"},
                              {"橋本", "ハシモト", "hashimoto"},
                              {"阿部", "アベ", "abe"},
                              {"石川", "イシカワ", "ishikawa"},
                              {"山下", "ヤマシタ", "yamashita"},
                              {"中島", "ナカジマ", "nakajima"},
                              {"石井", "イシイ", "ishii"},
                              {"小川", "オガワ", "ogawa"},
                              {"前田", "マエダ", "maeda"},
                              {"岡田", "オカダ", "okada"},
                              {"長谷川", "ハセガワ", "hasegawa"},
                              {"藤田", "フジタ", "fujita"},
                              {"後藤", "ゴトウ", "goto"},
                              {"近藤", "コンドウ", "kondo"},
                              {"村上", "ムラカミ", "murakami"},
                              {"遠藤", "エンドウ", "endo"},
                              {"青木", "アオキ", "aoki"},
                              {"坂本", "サカモト", "sakamoto"}};

// Ten for those born until 1959, ten until 1989, ten for the later born.
constexpr std::size_t kNamesOfAnEra = 10;
constexpr Name kMen[] = {
    {"清", "キヨシ", "kiyoshi"},     {"勇", "イサム", "isamu"},
    {"正", "タダシ", "tadashi"},     {"実", "ミノル", "minoru"},
    {"茂", "シゲル", "shigeru"},     {"進", "ススム", "susumu"},
    {"昭", "アキラ", "akira"},       {"博", "ヒロシ", "hiroshi"},
    {"和夫", "カズオ", "kazuo"},     {"一郎", "イチロウ", "ichiro"},
    {"誠", "マコト", "makoto"},      {"隆", "タカシ", "takashi"},
    {"浩一", "コウイチ", "koichi"},  {"哲也", "テツヤ", "tetsuya"},
    {"健一", "ケンイチ", "kenichi"}, {"剛", "ツヨシ", "tsuyoshi"},
    {"学", "マナブ", "manabu"},      {"直樹", "ナオキ", "naoki"},
    {"大輔", "ダイスケ", "daisuke"}, {"和也", "カズヤ", "kazuya"},
    {"翔太", "ショウタ", "shota"},   {"拓也", "タクヤ", "takuya"},
    {"健太", "ケンタ", "kenta"},     {"蓮", "レン", "ren"},
    {"大樹", "ダイキ", "daiki"},     {"陸", "リク", "riku"},
    {"駿", "シュン", "shun"},        {"優斗", "ユウト", "yuto"},
    {"颯太", "ソウタ", "sota"},      {"海斗", "カイト", "kaito"}};
constexpr Name kWomen[] = {
    {"和子", "カズコ", "kazuko"},   {"幸子", "サチコ", "sachiko"},
    {"節子", "セツコ", "setsuko"},  {"洋子", "ヨウコ", "yoko"},
    {"恵子", "ケイコ", "keiko"},    {"京子", "キョウコ", "kyoko"},
    {"文子", "フミコ", "fumiko"},   {"久子", "ヒサコ", "hisako"},
    {"千代", "チヨ", "chiyo"},      {"ハル", "ハル", "haru"},
    {"由美子", "ユミコ", "yumiko"}, {"真由美", "マユミ", "mayumi"},
    {"明美", "アケミ", "akemi"},    {"久美子", "クミコ", "kumiko"},
    {"智子", "トモコ", "tomoko"},   {"陽子", "ヨウコ", "yoko"},
    {"直美", "ナオミ", "naomi"},    {"裕子", "ユウコ", "yuko"},
    {"愛", "アイ", "ai"},           {"恵", "メグミ", "megumi"},
    {"美咲", "ミサキ", "misaki"},   {"葵", "アオイ", "aoi"},
    {"さくら", "サクラ", "sakura"}, {"陽菜", "ヒナ", "hina"},
    {"結衣", "ユイ", "yui"},        {"莉子", "リコ", "riko"},
    {"七海", "ナナミ", "nanami"},   {"彩", "アヤ", "aya"},
    {"舞", "マイ", "mai"},          {"千尋", "チヒロ", "chihiro"}};

struct Municipality {
  const char* code;  // JIS X 0402 with its check digit
  const char* prefecture;
  const char* name;
  const char* region;
  int weight;           // inhabitants in thousands, about
  int postal;           // first three digits of its first postal codes
  int postal_prefixes;  // how many follow on, that one included
};

constexpr Municipality kMunicipalities[] = {
    {"011002", "北海道", "札幌市", "北海道", 1970, 60, 5},
    {"012025", "北海道", "函館市", "北海道", 245, 40, 3},
    {"012041", "北海道", "旭川市", "北海道", 325, 70, 2},
    {"041009", "宮城県", "仙台市", "東北", 1097, 980, 5},
    {"042021", "宮城県", "石巻市", "東北", 136, 986, 1},
    {"111007", "埼玉県", "さいたま市", "関東", 1340, 336, 3},
    {"112011", "埼玉県", "川越市", "関東", 354, 350, 1},
    {"112038", "埼玉県", "川口市", "関東", 594, 332, 3},
    {"121002", "千葉県", "千葉市", "関東", 976, 260, 5},
    {"122041", "千葉県", "船橋市", "関東", 645, 273, 2},
    {"122076", "千葉県", "松戸市", "関東", 497, 270, 2},
    {"131016", "東京都", "千代田区", "関東", 67, 100, 3},
    {"131041", "東京都", "新宿区", "関東", 350, 160, 3},
    {"131083", "東京都", "江東区", "関東", 525, 135, 2},
    {"131113", "東京都", "大田区", "関東", 745, 143, 4},
    {"131121", "東京都", "世田谷区", "関東", 940, 154, 5},
    {"131130", "東京都", "渋谷区", "関東", 243, 150, 2},
    {"131202", "東京都", "練馬区", "関東", 750, 176, 4},
    {"131211", "東京都", "足立区", "関東", 695, 120, 2},
    {"132012", "東京都", "八王子市", "関東", 580, 192, 2},
    {"132098", "東京都", "町田市", "関東", 431, 194, 2},
    {"141003", "神奈川県", "横浜市", "関東", 3770, 220, 3},
    {"141305", "神奈川県", "川崎市", "関東", 1540, 210, 7},
    {"141500", "神奈川県", "相模原市", "関東", 725, 252, 1},
    {"142018", "神奈川県", "横須賀市", "関東", 385, 238, 2},
    {"221007", "静岡県", "静岡市", "中部", 690, 420, 3},
    {"221309", "静岡県", "浜松市", "中部", 788, 430, 6},
    {"231002", "愛知県", "名古屋市", "中部", 2330, 450, 8},
    {"232017", "愛知県", "豊橋市", "中部", 371, 440, 2},
    {"232114", "愛知県", "豊田市", "中部", 420, 470, 2},
    {"261009", "京都府", "京都市", "近畿", 1460, 600, 8},
    {"271004", "大阪府", "大阪市", "近畿", 2750, 530, 8},
    {"271403", "大阪府", "堺市", "近畿", 825, 590, 4},
    {"272035", "大阪府", "豊中市", "近畿", 400, 560, 2},
    {"272272", "大阪府", "東大阪市", "近畿", 493, 577, 3},
    {"281000", "兵庫県", "神戸市", "近畿", 1520, 650, 9},
    {"282014", "兵庫県", "姫路市", "近畿", 530, 670, 3},
    {"282049", "兵庫県", "西宮市", "近畿", 485, 662, 2},
    {"341002", "広島県", "広島市", "中国", 1200, 730, 5},
    {"342076", "広島県", "福山市", "中国", 460, 720, 2},
    {"401005", "福岡県", "北九州市", "九州・沖縄", 935, 800, 9},
    {"401307", "福岡県", "福岡市", "九州・沖縄", 1610, 810, 10},
    {"402036", "福岡県", "久留米市", "九州・沖縄", 303, 830, 1},
    {"472018", "沖縄県", "那覇市", "九州・沖縄", 317, 900, 4}};

constexpr const char* kTowns[] = {"見本町",   "架空町", "例題町", "試作台",
                                  "想像が丘", "模擬町", "例示町", "空想通"};
constexpr const char* kBuildings[] = {"サンプルハイツ", "コーポ見本",
                                      "架空マンション", "メゾン例題"};

// How many subscribers of a thousand were born in these years.
struct BirthYears {
  int first;
  int last;
  int weight;
};
constexpr BirthYears kBirthYears[] = {
    {1926, 1929, 2},   {1930, 1939, 28},  {1940, 1949, 100}, {1950, 1959, 130},
    {1960, 1969, 160}, {1970, 1979, 185}, {1980, 1989, 155}, {1990, 1999, 130},
    {2000, 2009, 99},  {2010, 2010, 11}};

struct Plan {
  const char* name;
  int base_fee;  // yen a month
  int born_from;
  int born_until;
  int weight;
  bool first_line;  // sold as somebody's first line, too
};
constexpr Plan kPlans[] = {{"ミニプラン", 990, 1900, 2008, 18, true},
                           {"シンプル3GB", 1980, 1900, 2008, 24, true},
                           {"スタンダード20GB", 2970, 1900, 2008, 30, true},
                           {"無制限プラン", 7238, 1900, 2008, 14, true},
                           {"学割プラン", 2750, 2004, 2008, 60, true},
                           {"ジュニアプラン", 1078, 2009, 2100, 60, true},
                           {"シニアプラン", 1408, 1900, 1961, 60, true},
                           {"福祉割引プラン", 1078, 1900, 2008, 4, true},
                           {"データ専用プラン", 1045, 1900, 2100, 40, false}};

struct Device {
  const char* name;
  int weight;
};
constexpr Device kDevices[] = {
    {"Mihon Phone 14", 24},      {"Mihon Phone 14 Pro, 256GB", 12},
    {"Mihon Phone SE", 14},      {"Rei 7", 16},
    {"Rei 7 \"Lite\"", 8},       {"Rei Fold, 512GB, \"Kuro\"", 3},
    {"Kasou Note 10", 10},       {"Kasou Tab 10.1\"", 5},
    {"かんたん見本フォン M1", 8}};

}  // namespace subscribers

#endif  // ANON_EXAMPLES_DATA_SUBSCRIBER_LISTS_H_
