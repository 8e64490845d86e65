
# Python's prompt without a terminal: it shows the value of each expression, and the first exception ends it.
export lab_python='
import code, sys
class Prompt(code.InteractiveConsole):
    def showtraceback(self):
        super().showtraceback()
        sys.exit(1)
    def showsyntaxerror(self, *arguments, **named):
        super().showsyntaxerror(*arguments, **named)
        sys.exit(1)
sys.ps1 = sys.ps2 = ""
sys.stderr = sys.stdout
Prompt({"__name__": "__main__"}, "<stdin>").interact(banner="", exitmsg="")
'
