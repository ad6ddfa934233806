import type { Question } from './question.ts';

const friends = String.raw`{
  "name": {"first": "Tom", "last": "Anderson"},
  "age": 37, "big": 12345678901234567890, "float": 1.50, "exp": 1e3, "tiny": 1E-9, "minus": -0, "nothing": null, "yes": true, "no": false,
  "children": ["Sara","Alex","Jack"], "empty": [], "none": {},
  "fav.movie": "Deer Hunter", "a|b": "pipe", "a*b": "star", "@this": "at", "#": "hash", "0": "zero", "": "no name", "quo\"te": "q", "esc\u0041": 1,
  "friends": [
    {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"], "on": true},
    {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"], "on": false},
    {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"], "x": null}
  ],
  "mixed": [1, "1", true, null, [2, [3, [4]]], {"a": {"b": 5}}, 6.0, "ä€😀"],
  "nested": "{\"in\":{\"side\":\"yes\"}}", "html": "<a href=\"x\">&</a>", "twice": 1, "twice": {"a": 2},
  "vals": {"b": [1, {"c": null}], "ä": "ö", "k": {"deep": {"deep": 7}}},
  "groups": {"id": ["1","2","3"], "val": [10,20], "other": 5}
}
`;

const paths = String.raw`
name.last|age|big|float|exp|tiny|minus|nothing|yes|no|children|empty|none|children.#|children.1|children.3|children.-1|children.01
child*.2|c?ildren.0|fav\.movie|fav.movie|friends.#|friends.#.first|friends.1.last|friends.#.nets|friends.#.nets.0|friends.#.absent
friends.#(last=="Murphy").first|friends.#(last=="Murphy")#.first|friends.#(age>45)#.last|friends.#(age>=47)#.last|friends.#(age<47).first
friends.#(age<=44)#|friends.#(first%"D*").last|friends.#(first!%"D*").last|friends.#(first%"D*")#|friends.#(nets.#(=="fb"))#.first
friends.#(on)#.first|friends.#(on==true).first|friends.#(on==~true).first|friends.#(on==~false)#.first|friends.#(x==~null)#.first
friends.#(x==~*)#.first|friends.#(absent)#|friends.#(absent)|friends.#(last=="None")#|friends.#(last=="None").first|friends.#(last!="Murphy").last
friends.#(last="Craig").age|friends.#(first>"J")#.first|friends.#[last=="Craig"].age|friends.#(last==Craig).age|friends.#(age=="44").first
friends.#(nets.#>2)#.first|friends.#(|friends.#()|friends.#()#|children.#(="Alex")|children.#(%"*a*")#|children.#(>"B")#|mixed.#(>0)#|mixed.#(==true)
mixed.#(==1)#|mixed.#(=="1")#|mixed.#(==null)#|mixed.#(==~null)#|mixed.#(==~true)#|mixed.#(==~false)#|mixed.#(a.b==5).a|mixed.#(1)#|mixed.7|mixed.4.1.1.0
mixed|mixed.@flatten|mixed.@flatten:{"deep":true}|children.@reverse|children.@reverse.0|name.@reverse|@this|@this.age|@this.@this.age|name.@this|\@this
@keys|@values|name.@keys|name.@values|children.@keys|children.@values|age.@keys|@keys.0|name.@keys.#|friends.@join|friends.@join:{"preserve":true}
friends.@join.age|name.@join|none.@join|groups.@group|groups.@group.1|name.@group|age.@group|nested.@fromstr|nested.@fromstr.in.side|nested.in
name.@tostr|html.@tostr|age.@tostr|name.@tostr.@fromstr.first|name.@valid|vals.@ugly|vals.@pretty|name.@pretty:{"sortKeys":true,"indent":"\t"}
mixed.@pretty|friends.@pretty|friends.@pretty:{"width":20}|none.@pretty|empty.@pretty|age.@pretty|html.@pretty|@dig:deep|@dig:first|vals.@dig:c|@dig:nets.#
absent.@keys|absent.@values|absent.@this|absent.@tostr|absent.@reverse|absent.@dig:a|absent.@pretty|name.@absent|name.@absent:x
{age,name.first}|{"years":age,n:name.first}|[age,name.first]|[absent,age]|{absent}|{}|[]|name.{first,last}|name.[last,first].0|friends.#.{first,age}
{age,"x":{name.last,friends.#}}|[name.first,friends.#(age>45)#.last]|{friends.#.first}|{friends.#}|{a:@this.age}|{age|big}|[children.@reverse,age]
{name.first}.first|friends.{0.first}|!"text"|!5|!true|!null|!{"a":1}|!absent|{"lit":!"v",age}|[!"a",!1]|!"a".@tostr
children.#(="Alex").@tostr|friends.#.first.@reverse|friends.#(last=="Murphy")#.first.0|friends.#(last=="Murphy").nets.#|friends.#(last=="Murphy").nets.@reverse
twice.a|twice|tw*.a|*.first|*|?ge|a\*b|a*b|esc\u0041|escA|quo"te|0|#|..|..#|..0.age|..1|..#.age|..0.friends.#|html|vals.ä|vals.?|vals.k.deep.deep
name.first.x|age.x|name.|.name|name..first|friends.1.|friends.#.|friends.#.#|friends.#.nets.#|friends.#(last=="Murphy")#.#|friends.#x|friends.x#|friends.#.nets.@join
friends.#(nets.1=="tw")#.first|friends.#(first=="D\"ale")|friends.#( last == "Craig" ).first|friends.#(last=="Craig" ).first|friends.#(!)#|friends.#(!last)#
friends.#(age>=4e1)#.age|friends.#(age>abc)#.age|friends.#(age<inf)#.age|mixed.#(==1.0)#|mixed.#(<"2")#|friends.#(on>false).first|friends.#(on<=true)#.first
`
  .trim()
  .split(/[|\n]/)
  .filter((path) => path !== '');

/** What has a pipe in it cannot stand in the list. */
const piped = [
  'name|last',
  'friends|#',
  'friends.#.first|0',
  'friends.#.first|@reverse|0',
  'friends.#(last=="Murphy")#|#',
  'friends.#(last=="Murphy")#|0.first',
  'friends.#(last=="Murphy")#.nets|1',
  'friends.#(last=="Murphy").nets|1',
  'friends.#(nets.#|x)#',
  'children|@reverse|1',
  '@this|age',
  'absent|@keys',
  'a|b',
  'a\\|b',
  'name.@reverse|@keys|0',
  'friends|@join|age',
  '{age,name.first}|first',
  '[age,name.first]|1',
  'friends.#.{first,age}|1|first',
  'friends.#.first|#',
  'name|first|@tostr|@fromstr',
  'vals.@dig:deep|#',
  'nothing|@this',
  'name.first|x',
  'friends.0|nets|@flatten|2',
];

const texts = [
  '5',
  '"text"',
  'null',
  'true',
  '[]',
  '{}',
  ' [1, 2 ,3] ',
  '[{"a":1},{"a":2}]',
  '{"a":{"a":{"a":1}}}',
  '[[1,2],[3,[4]],5,"x"]',
];
const shortPaths = [
  '@this',
  '@pretty',
  '@ugly',
  '@keys',
  '@values',
  '@flatten',
  '@tostr',
  '@dig:a',
  '0',
  '#',
  'a',
  'a.a',
  '#.a',
  '..#',
  '..0',
  '[0,1]',
  '#(a==2)',
  '#(>1)#',
  '',
];

const objects = [
  friends,
  '{}',
  '[1]',
  '"x"',
  String.raw`{"s":"a\u00e4\ud83d\ude00\n","lone":"\ud800","i":5,"big":12345678901234567890,"neg":-1.50,"e":1e21,"s2":1e-7,"t":true,"n":null}`,
  String.raw`{"o":{"z":1,"a":[1.0,"<&>","\u2028",null,{"y":1e21,"x":1E-7}],"é":2,"\ud83d\ude00":3,"\uff5e":4},"l":[ 1 , 2 ],"e":{ }}`,
  '{"a":1,"a":2,"b":{"c":1,"c":2}}',
  String.raw`{"ctrl":["\u0000\u0001\b\f\n\r\t\u001f\u007f\"\\\/"],"nums":[0,-0,1e20,123456789012345680000,1e400e0,0.000001,0.0000001]}`,
  String.raw`{"nums":[0,-0,-0.0,1e20,123456789012345680000,1e21,1.5e300,5e-324,0.000001,0.0000001,4.35,100,1e2],"x":123456789012345680000,"y":-0.0,"z":5e-324}`,
  '{"__proto__":{"a":1},"constructor":"c"}',
  '{"a":tru}',
  '',
];

/** Every listed question. */
export const questions: readonly Question[] = [
  ...[...paths, ...piped].map((path) => ({ json: friends, path })),
  ...texts.flatMap((json) => shortPaths.map((path) => ({ json, path }))),
  ...objects.map((json) => ({ json })),
];
