import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log.count('Registered model factor:1') == 1
assert log.count('Model factor:1 has this content already; nothing was registered') == 1
assert log.contains('AML-3101')
assert log.contains('Model factor:1 exists with other content; nothing was overwritten')

// The refused third run has left the hand-over of the second as it was.
def model = new JsonSlurper().parse(new File(basedir, 'target/aml/model.json'))
assert model.name == 'factor'
assert model.version == '1'
assert model.id.endsWith('/models/factor/versions/1')
assert model.digest ==~ /sha256:[0-9a-f]{64}/
assert model.gav == 'it:register-model:1'
assert model.tags['content.sha256'] == model.digest.substring('sha256:'.length())
assert model.tags['maven.gav'] == 'it:register-model:1'
assert model.tags.BuildId == '42'
assert model.tags['made-by'] == 'hand'

assert !(log =~ /sig=[A-Za-z0-9%]{8}|Bearer [A-Za-z0-9]|eyJ[A-Za-z0-9]{8}/).find()
// The emulator inside the build has ended with it, not after its classes were gone.
assert !log.contains('Exception in thread')
