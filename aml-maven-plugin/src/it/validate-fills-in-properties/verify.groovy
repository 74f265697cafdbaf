def log = new File(basedir, 'build.log').text
assert log.contains('1 AML file checked, no problem found, 1 warning')

// What can hardly be meant is told with its place, and the build goes on.
assert log.contains("[WARNING] AML-2106  src/main/aml/train.yml:11:12  'timeout' is 0")

def record = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/validate.json'))
assert record.status == 'done'
assert record.outputs.files == 1
assert record.outputs.warnings == 1
