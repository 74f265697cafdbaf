import java.util.zip.ZipFile

def zip = new File(localRepositoryPath, 'it/artifact/factor-model/7/factor-model-7.zip')
assert zip.isFile()
def entries = new ZipFile(zip).withCloseable { it.entries()*.name }
assert entries.any { it.endsWith('factor.json') }
assert entries.any { it.endsWith('model.yml') }

for (consumer in ['service', 'plain']) {
    def unpacked = new File(basedir, "$consumer/target/model")
    def factor = []
    unpacked.eachFileRecurse { if (it.name == 'factor.json') factor << it }
    assert factor.size() == 1
    assert factor[0].text == new File(basedir, 'model/model/factor.json').text
}
